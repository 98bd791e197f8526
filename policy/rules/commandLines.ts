/** Secrets where people do not look for them: in commands and labels of containers, and in what a machine starts with. */
import { secretsInCommand, secretsInVariables } from "../commands";
import { type Container, eachContainer } from "../containers";
import { at, texts } from "../json";
import { CONTAINERS_LATER, type Rule } from "../rule";
import { looksLikeSecret } from "../secretText";
import { T } from "../types";
import type { Item } from "../view";

const commandLines: Rule = {
    name: "no-secret-in-command",
    control: ["ECS.8", "CKV_AWS_46"],
    level: "mandatory",
    waivable: "never",
    description:
        "Commands, health checks and labels of containers, and the user data of machines, hold no passwords, tokens or keys.",
    remediation: "Pass the value as a secret, and let the command read the variable.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) => [
        ...eachContainer(view, (container) =>
            saidBy(container).map((what) => `has a command or a label that ${what} in the clear`),
        ),
        ...view.each([T.instance, T.launchTemplate], (machine) =>
            userDataOf(machine).flatMap((line) =>
                [
                    ...secretsInCommand(line),
                    ...[looksLikeSecret(line)].filter((kind) => kind !== undefined),
                ].map((what) => `has user data that ${what} in the clear`),
            ),
        ),
    ],
};

function saidBy({ value }: Container): readonly string[] {
    const commands = ["command", "entryPoint", "healthCheck.command"].map((path) =>
        texts(value, path).join(" "),
    );
    return [...commands.flatMap(secretsInCommand), ...secretsInVariables(at(value, "dockerLabels"))];
}

/** As text, or in base64. */
function userDataOf(machine: Item): readonly string[] {
    const coded = machine.text("userDataBase64") ?? "";
    const data = machine.text("userData") ?? "";
    const isCoded = /^[A-Za-z0-9+/]+=*$/.test(data);
    return [isCoded ? "" : data, ...[coded, isCoded ? data : ""].map(decoded)].flatMap((one) =>
        one.split("\n"),
    );
}

function decoded(base64: string): string {
    return Buffer.from(base64, "base64").toString("utf8");
}

export const COMMAND_LINES: readonly Rule[] = [commandLines];
