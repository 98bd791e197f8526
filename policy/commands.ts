/** Secrets that are written into commands: of builds, of containers, of machines. Never says which text it was. */
import { parse } from "yaml";
import type { Json } from "../plan/graph";
import { allTexts, isObject, rawText, SECRET } from "./json";
import { isSecretName, looksRandom } from "./secretText";

/** What follows a name: a text between quotation marks, or up to the next blank. */
const VALUE = String.raw`("[^"]*"|'[^']*'|[^\s;&|()"'\\]*)`;
const ASSIGNMENT = new RegExp(String.raw`(?:^|[\s;&|("'])([A-Za-z_][A-Za-z0-9_]*)=${VALUE}`, "g");
const OPTION = new RegExp(String.raw`\s--?([A-Za-z][A-Za-z0-9-]*)[=\s]+${VALUE}`, "g");
const SECRET_OPTION =
    /(?:^|-)(?:api-?key|access-key|pass|passphrase|passwd|password|secret|secret-key|token)$/i;
const SIGN_IN = new RegExp(
    String.raw`\b(?:docker|podman|buildah|oras|helm)\s+(?:registry\s+)?login\b.*?\s-p\s*${VALUE}`,
    "g",
);
const CURL_USER = new RegExp(String.raw`\bcurl\b.*?\s(?:-u|--user)[=\s]*["']?[^\s:"']+:([^\s"']+)`, "g");
const HEADER = /\bAuthorization:\s*(?:Basic|Bearer|token)\s+([^\s"']+)/gi;

/** What a command says in the clear, in words: `sets NPM_TOKEN`. */
export function secretsInCommand(command: string): readonly string[] {
    const named = [...command.matchAll(ASSIGNMENT)]
        .filter(([, name = "", value = ""]) => isSecretName(name, plain(value)) && isLiteral(value))
        .map(([, name]) => `sets \`${name}\``);
    const given = [...command.matchAll(OPTION)]
        .filter(
            ([, name = "", value = ""]) =>
                SECRET_OPTION.test(name) && plain(value) !== "" && isLiteral(value),
        )
        .map(([, name]) => `gives \`--${name}\``);
    const signedIn = [SIGN_IN, CURL_USER].some((form) =>
        [...command.matchAll(form)].some(([, value = ""]) => isLiteral(value)),
    );
    const headed = [...command.matchAll(HEADER)].some(([, value = ""]) => isLiteral(value));
    const random = command.split(/[\s"'=]+/).some((word) => looksRandom(word) !== undefined);
    return [
        ...new Set([
            ...named,
            ...given,
            ...(signedIn ? ["signs in with a password"] : []),
            ...(headed ? ["sends a credential in a header"] : []),
            ...(random ? ["holds a long random text"] : []),
        ]),
    ];
}

function plain(value: string): string {
    return value.replace(/^["']|["']$/g, "");
}

/**
 * Neither a variable, nor what a command or a reference brings, nor where to find it, as BuildKit and OpenSSL are told.
 * https://docs.docker.com/reference/cli/docker/buildx/build/#secret
 */
function isLiteral(value: string): boolean {
    return !/^(?:$|[$`#<{-]|(?:id|type|src|env)=|(?:env|file|fd):)/.test(plain(value));
}

/**
 * What a buildspec says in the clear: among its variables, and in its commands.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function secretsInBuildspec(buildspec: string): readonly string[] {
    const parsed = parsedYaml(buildspec);
    const variables = isObject(parsed) && isObject(parsed.env) ? parsed.env.variables : undefined;
    const commands = isObject(parsed) ? allTexts(parsed) : [{ path: "", text: buildspec }];
    return [
        ...new Set([
            ...secretsInVariables(variables),
            ...commands.flatMap(({ text }) => text.split("\n").flatMap(secretsInCommand)),
        ]),
    ];
}

/** A value whose name says that it is a secret, or that is one. */
export function secretsInVariables(variables: Json | undefined): readonly string[] {
    return isObject(variables)
        ? Object.keys(variables)
              .filter(
                  (name) => variables[name] === SECRET || isSecretName(name, rawText(variables, name) || "-"),
              )
              .map((name) => `sets \`${name}\``)
        : [];
}

/** A name in the source means a file, whose text is not in the graph. */
function parsedYaml(text: string): Json | undefined {
    try {
        return parse(text) as Json;
    } catch {
        return undefined;
    }
}
