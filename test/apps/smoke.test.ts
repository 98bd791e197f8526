/** What is asked of a new version of each application, unless the stack file says otherwise. */
import assert from "node:assert/strict";
import { settingsOf } from "../support/settings";

const USUAL: readonly (readonly [app: string, tests: readonly (readonly [string, number, string?])[]])[] = [
    ["preset: bookstack, admin: { email: a@example.com }", [["/status", 200, '"database":true']]],
    [
        "preset: ghost",
        [
            ["/ghost/.well-known/jwks.json", 200, '"keys"'],
            ["/ghost/", 200],
        ],
    ],
    [
        "preset: backstage, image: { build: { context: docker/web } }",
        [["/.backstage/health/v1/readiness", 200, '"ok"']],
    ],
    ["preset: site", [["/", 200]]],
    ["preset: web", [["/health", 200]]],
];

function askedOf(app: string, stack: string) {
    const text = `config:
  aws:region: eu-west-1
  selfhost:domain: example.com
  selfhost:apps:
    shop: { ${app} }
`;
    const [only] = settingsOf(text, { stack }).apps;
    return (only?.deploy.smoke ?? assert.fail()).map(({ path, status, contains }) =>
        contains === undefined ? [path, status] : [path, status, contains],
    );
}

describe("what tells that a new version works", () => {
    for (const [app, tests] of USUAL) {
        it(`is asked, with status and text: ${app}`, () => {
            assert.deepEqual(askedOf(app, "staging"), tests);
            assert.deepEqual(askedOf(`${app}, deploy: { smoke: [{ path: /a, status: 204 }] }`, "staging"), [
                ["/a", 204],
            ]);
        });
    }
});
