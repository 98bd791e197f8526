import assert from "node:assert/strict";
import fc from "fast-check";
import {
    cachePrefix,
    digestOf,
    dnsSuffix,
    parseEcrImage,
    repositoryName,
    withoutVersion,
} from "../../../components/image/names";

const name = fc.stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/).filter((text) => text.length <= 80);
const digest = `sha256:${"a".repeat(64)}`;

describe("names of images", () => {
    it("keeps the repositories of environments apart", () => {
        assert.equal(repositoryName("prod", "bookstack"), "selfhost/prod/bookstack");
    });

    it("stays within ECR's rules for a cache prefix, for any environment and app", () => {
        fc.assert(
            fc.property(name, name, (environment, app) => {
                const prefix = cachePrefix(environment, app);
                assert.ok(prefix.length >= 2 && prefix.length <= 30, prefix);
                assert.match(prefix, /^[a-z0-9]+(-[a-z0-9]+)*$/);
            }),
        );
    });

    it("gives long names that begin alike different prefixes", () => {
        const long = "a-very-long-name-of-an-application";
        assert.notEqual(cachePrefix("prod", `${long}-1`), cachePrefix("prod", `${long}-2`));
    });

    it("reads account, region and repository of an image in ECR", () => {
        const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        assert.deepEqual(parseEcrImage(`${ecr}/team/wiki@${digest}`), {
            accountId: "123456789012",
            region: "eu-west-1",
            repository: "team/wiki",
        });
        assert.deepEqual(
            parseEcrImage(`123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/wiki@${digest}`)?.repository,
            "wiki",
        );
    });

    it("knows an image that is not in a private ECR registry", () => {
        assert.equal(parseEcrImage(`public.ecr.aws/docker/library/httpd@${digest}`), undefined);
        assert.equal(parseEcrImage(`example.com/123456789012.dkr.ecr.eu-west-1.amazonaws.com/x`), undefined);
    });

    it("drops tag and digest, and keeps the port of a registry", () => {
        assert.equal(withoutVersion(`docker/library/httpd@${digest}`), "docker/library/httpd");
        assert.equal(withoutVersion(`docker/library/httpd:2.4@${digest}`), "docker/library/httpd");
        assert.equal(withoutVersion("localhost:5000/httpd"), "localhost:5000/httpd");
    });

    it("reads the digest, the part that never changes", () => {
        assert.equal(digestOf(`example.com/wiki@${digest}`), digest);
    });

    it("knows China's domain", () => {
        assert.equal(dnsSuffix("aws"), "amazonaws.com");
        assert.equal(dnsSuffix("aws-us-gov"), "amazonaws.com");
        assert.equal(dnsSuffix("aws-cn"), "amazonaws.com.cn");
    });
});
