import assert from "node:assert/strict";
import { stackOf } from "../support/program";
import { settingsOf } from "../support/settings";

/** What is said of the environment itself, not of an app. */
function notesWith(line: string): readonly string[] {
    return settingsOf(
        stackOf(`${line}\nselfhost:domain: example.com\nselfhost:apps: { web: {} }`),
    ).notes.filter((note) => !note.startsWith("web:"));
}

describe("notes about the network", () => {
    for (const cidr of ["10.10.0.0/16", "172.31.0.0/16", "192.168.0.0/16", "100.100.0.0/16"]) {
        it(`say nothing of ${cidr}, which nobody has on the internet`, () => {
            assert.deepEqual(notesWith(`selfhost:network: { cidr: ${cidr} }`), []);
        });
    }

    for (const cidr of ["52.16.0.0/16", "172.32.0.0/16", "192.169.0.0/16", "100.128.0.0/16"]) {
        it(`name ${cidr}, whose addresses others have`, () => {
            const [note = "", ...others] = notesWith(`selfhost:network: { cidr: ${cidr} }`);
            assert.match(note, /others on the internet/);
            assert.ok(note.startsWith(cidr));
            assert.deepEqual(others, []);
        });
    }
});
