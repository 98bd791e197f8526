import assert from "node:assert/strict";
import fc from "fast-check";
import { clusterIdentifier, logGroupName, userName } from "../../../components/database/names";

const name = fc.stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/).filter((text) => text.length <= 80);
const generation = fc.integer({ min: 1, max: 999 });

describe("names of a database", () => {
    it("identifies a cluster by environment, app and generation", () => {
        assert.equal(clusterIdentifier("prod", "bookstack", 1), "prod-bookstack-1");
        assert.equal(clusterIdentifier("prod", "bookstack", 2), "prod-bookstack-2");
    });

    it("keeps the identifier in the lower case in which RDS returns it", () => {
        assert.equal(clusterIdentifier("PR-42", "BookStack", 1), "pr-42-bookstack-1");
    });

    it("never lets an identifier begin with a digit, which RDS refuses", () => {
        assert.match(clusterIdentifier("42", "wiki", 1), /^[a-z]/);
    });

    it("stays within RDS's rules for any environment, app and generation", () => {
        fc.assert(
            fc.property(name, name, generation, (environment, app, number) => {
                const identifier = clusterIdentifier(environment, app, number);
                assert.match(identifier, /^[a-z](-?[a-z0-9])*$/);
                assert.ok(`${identifier}-0`.length <= 63, identifier);
            }),
        );
    });

    it("gives different apps, and different generations of one, different identifiers, however long their names", () => {
        fc.assert(
            fc.property(name, name, generation, generation, (first, second, one, other) => {
                fc.pre(first !== second || one !== other);
                assert.notEqual(
                    clusterIdentifier("staging", first, one),
                    clusterIdentifier("staging", second, other),
                );
            }),
        );
    });

    it("gives each generation of credentials a user of its own", () => {
        assert.equal(userName("bookstack", 1), "bookstack_1");
        assert.equal(userName("bookstack", 2), "bookstack_2");
    });

    it("keeps users within MySQL's 32 characters of a-z, 0-9 and _", () => {
        fc.assert(
            fc.property(name, generation, (app, number) => {
                assert.match(userName(app.replaceAll("-", "_"), number), /^[a-z][a-z0-9_]{0,31}$/);
            }),
        );
    });

    it("names the log groups as RDS does", () => {
        assert.equal(logGroupName("prod-bookstack-1", "audit"), "/aws/rds/cluster/prod-bookstack-1/audit");
    });
});
