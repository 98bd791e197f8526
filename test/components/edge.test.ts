import assert from "node:assert/strict";
import { loadBalancerOf } from "../../components/edge/adopted";
import type { Graph } from "../../plan/graph";
import type { CreatedEdge } from "../../settings/settings";
import { assertParents, ofType, only, reference, statementsIn } from "../support/graph";
import { ACCOUNT, REGION, remembered } from "../support/recorded";
import {
    adopted,
    BLOG,
    created,
    EGRESS_RULE,
    GROUP,
    INGRESS_RULE,
    LISTENER,
    LOAD_BALANCER,
    RECORD,
    recordEdge,
    RULE,
    SSL_POLICY,
    TARGET_GROUP,
    THEIR_LISTENER,
    WIKI,
    withoutDomain,
} from "./edge/fixture";

/** Graphs by what is special about them. */
const graphOf = remembered((variant: keyof typeof VARIANTS) => VARIANTS[variant]());
const VARIANTS = {
    usual: () => recordEdge(created(), [WIKI, BLOG]),
    noDomain: () => recordEdge(withoutDomain(), []),
    disposable: () => recordEdge(created({ accessLogDays: undefined, deletionProtection: false }), [], true),
    existingCertificate: () =>
        recordEdge(
            created({ certificate: { kind: "existing", arn: "arn:theirs" }, dns: { kind: "elsewhere" } }),
        ),
    limited: () => recordEdge(created({ allowedCidrs: ["203.0.113.0/24", "2001:db8::/32"] }), []),
    adoptedNetwork: () => recordEdge(created(), [], false, "adopt"),
    adopted: () => recordEdge(adopted(), [WIKI], false, "adopt"),
    adoptedElsewhere: () => recordEdge(adopted({ dns: { kind: "elsewhere" } }), [WIKI], false, "adopt"),
} satisfies Record<string, () => Promise<Graph>>;

const ofEdge = (graph: Graph, type: string) =>
    ofType(graph, type).filter(({ urn }) => urn.includes("selfhost:index:Edge$"));

describe("the load balancer", () => {
    it("drops invalid headers and requests that could smuggle others", async () => {
        const { inputs } = only(await graphOf("usual"), LOAD_BALANCER);
        assert.equal(inputs.dropInvalidHeaderFields, true);
        assert.equal(inputs.desyncMitigationMode, "defensive");
        assert.equal(inputs.xffHeaderProcessingMode, "append");
    });

    it("is protected from deletion where the settings say so", async () => {
        assert.equal(only(await graphOf("usual"), LOAD_BALANCER).inputs.enableDeletionProtection, true);
        assert.equal(only(await graphOf("disposable"), LOAD_BALANCER).inputs.enableDeletionProtection, false);
    });

    it("answers over IPv6 where its subnets are known to have it", async () => {
        assert.equal(only(await graphOf("usual"), LOAD_BALANCER).inputs.ipAddressType, "dualstack");
        assert.equal(only(await graphOf("adoptedNetwork"), LOAD_BALANCER).inputs.ipAddressType, "ipv4");
    });

    it("waits for the way to the internet", async () => {
        const graph = await graphOf("usual");
        const { dependencies } = only(graph, LOAD_BALANCER);
        for (const name of ["network-public-internet", "network-public-internet-ipv6"]) {
            assert.ok(dependencies.includes(only(graph, "aws:ec2/route:Route", name).urn), name);
        }
    });

    it("has a name that fits, with what autonaming adds", async () => {
        for (const type of [LOAD_BALANCER, TARGET_GROUP]) {
            assert.ok(ofType(await graphOf("usual"), type).every(({ name }) => name.length + 8 <= 32));
        }
    });
});

describe("who reaches the load balancer", () => {
    const flowsIn = async (variant: keyof typeof VARIANTS) => {
        const graph = await graphOf(variant);
        const group = reference(only(graph, GROUP, "edge-alb"), "id");
        return ofEdge(graph, INGRESS_RULE)
            .filter(({ inputs }) => inputs.securityGroupId === group)
            .map(({ inputs }) => [inputs.cidrIpv4 ?? inputs.cidrIpv6, inputs.fromPort, inputs.toPort]);
    };

    it("is everybody on 80 and 443, over both families", async () => {
        assert.deepEqual(await flowsIn("usual"), [
            ["0.0.0.0/0", 80, 80],
            ["::/0", 80, 80],
            ["0.0.0.0/0", 443, 443],
            ["::/0", 443, 443],
        ]);
    });

    it("is the list of the settings where there is one", async () => {
        const ranges = (await flowsIn("limited")).map(([range]) => range);
        assert.deepEqual([...new Set(ranges)].sort(), ["2001:db8::/32", "203.0.113.0/24"]);
    });

    it("is nobody on 443 without a certificate", async () => {
        assert.ok((await flowsIn("noDomain")).every(([, port]) => port === 80));
    });

    it("is named by no colon, which would look like the seam of a URN", async () => {
        for (const { name } of ofEdge(await graphOf("limited"), INGRESS_RULE)) {
            assert.ok(!name.includes(":"), name);
        }
    });
});

describe("the listeners", () => {
    it("require at least TLS 1.2 with forward secrecy: the policy of the settings", async () => {
        const { inputs } = only(await graphOf("usual"), LISTENER, "edge-https");
        assert.equal(inputs.protocol, "HTTPS");
        assert.equal(inputs.port, 443);
        assert.equal(inputs.sslPolicy, SSL_POLICY);
    });

    it("tell browsers to come back by HTTPS only, and not what runs behind them", async () => {
        const { inputs } = only(await graphOf("usual"), LISTENER, "edge-https");
        assert.equal(inputs.routingHttpResponseStrictTransportSecurityHeaderValue, "max-age=31536000");
        assert.equal(inputs.routingHttpResponseXContentTypeOptionsHeaderValue, "nosniff");
        assert.equal(inputs.routingHttpResponseServerEnabled, false);
    });

    it("send HTTP on to HTTPS for good, with host, path and query", async () => {
        const { inputs } = only(await graphOf("usual"), LISTENER, "edge-http");
        assert.deepEqual(inputs.defaultActions, [
            {
                type: "redirect",
                redirect: {
                    protocol: "HTTPS",
                    port: "443",
                    host: "#{host}",
                    path: "/#{path}",
                    query: "#{query}",
                    statusCode: "HTTP_301",
                },
            },
        ]);
    });

    it("answer 404 where no app has a rule", async () => {
        const listeners = [
            only(await graphOf("usual"), LISTENER, "edge-https"),
            only(await graphOf("noDomain"), LISTENER),
        ];
        for (const { inputs } of listeners) {
            const [action] = inputs.defaultActions as readonly { fixedResponse: { statusCode: string } }[];
            assert.equal(action?.fixedResponse.statusCode, "404");
        }
    });

    it("are one, for HTTP, without a domain", async () => {
        const { inputs } = only(await graphOf("noDomain"), LISTENER);
        assert.deepEqual([inputs.protocol, inputs.port, inputs.certificateArn], ["HTTP", 80, undefined]);
    });
});

describe("the certificate", () => {
    it("is waited for until it is valid, before there is a listener", async () => {
        const graph = await graphOf("usual");
        const validation = only(graph, "aws:acm/certificateValidation:CertificateValidation");
        const listener = only(graph, LISTENER, "edge-https");
        assert.ok(listener.dependencies.includes(validation.urn));
        const certificate = only(graph, "aws:acm/certificate:Certificate");
        assert.equal(listener.inputs.certificateArn, reference(certificate, "arn"));
        assert.equal(validation.options.customTimeouts?.create, "30m");
    });

    it("is for the domain and all names of the settings, which DNS proves", async () => {
        const { inputs } = only(await graphOf("usual"), "aws:acm/certificate:Certificate");
        assert.equal(inputs.domainName, "example.com");
        assert.deepEqual(inputs.subjectAlternativeNames, ["*.example.com"]);
        assert.equal(inputs.validationMethod, "DNS");
    });

    it("is proved by one record for a name and its wildcard", async () => {
        const graph = await graphOf("usual");
        const proof = ofType(graph, RECORD).filter(({ inputs }) => inputs.type === "CNAME");
        assert.equal(proof.length, 1);
        const [record] = proof;
        assert.match(JSON.stringify(record?.inputs.name), /domainValidationOptions\[example\.com\]/);
        assert.equal(record?.inputs.allowOverwrite, true);
        const validation = only(graph, "aws:acm/certificateValidation:CertificateValidation");
        assert.deepEqual(validation.inputs.validationRecordFqdns, [reference(record, "fqdn")]);
    });

    it("is used as it is where one exists", async () => {
        const graph = await graphOf("existingCertificate");
        assert.equal(only(graph, LISTENER, "edge-https").inputs.certificateArn, "arn:theirs");
        assert.deepEqual(ofType(graph, "aws:acm/certificate:Certificate"), []);
    });
});

describe("names in Route 53", () => {
    it("lead every host of the apps to the load balancer, over IPv4 and IPv6", async () => {
        const graph = await graphOf("usual");
        const balancer = only(graph, LOAD_BALANCER);
        const alias = {
            name: reference(balancer, "dnsName"),
            zoneId: reference(balancer, "zoneId"),
            evaluateTargetHealth: false,
        };
        const records = ofType(graph, RECORD).filter(({ inputs }) => inputs.aliases !== undefined);
        assert.deepEqual(
            records.map(({ inputs }) => [inputs.name, inputs.type, inputs.aliases]),
            ["wiki.example.com", "www.example.com"].flatMap((host) => [
                [host, "A", [alias]],
                [host, "AAAA", [alias]],
            ]),
        );
    });

    it("never overwrite a record that is there already", async () => {
        for (const { inputs } of ofType(await graphOf("usual"), RECORD)) {
            assert.ok(inputs.type === "CNAME" || inputs.allowOverwrite === undefined);
        }
    });

    it("are not made where the zone is elsewhere", async () => {
        const graph = await graphOf("existingCertificate");
        assert.deepEqual(ofType(graph, RECORD), []);
        assert.deepEqual(graph.invokes, []);
    });
});

describe("access logs", () => {
    const bucketOf = (graph: Graph) => only(graph, "aws:s3/bucket:Bucket");

    it("go to a bucket that the load balancer of this account may write to, over TLS alone", async () => {
        const graph = await graphOf("usual");
        const bucket = bucketOf(graph);
        const { LoadBalancer, TlsOnly, ...others } = statementsIn(
            only(graph, "aws:s3/bucketPolicy:BucketPolicy").inputs.policy,
        );
        assert.deepEqual(others, {});
        assert.deepEqual(
            [LoadBalancer?.Principal, LoadBalancer?.Action, LoadBalancer?.Resource],
            [
                { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
                "s3:PutObject",
                `${reference(bucket, "arn")}/AWSLogs/${ACCOUNT}/*`,
            ],
        );
        assert.deepEqual([TlsOnly?.Effect, TlsOnly?.Action], ["Deny", "s3:*"]);
        assert.deepEqual(TlsOnly?.Condition, { Bool: { "aws:SecureTransport": "false" } });
    });

    it("are encrypted as load balancers can, private, and gone after their days", async () => {
        const graph = await graphOf("usual");
        const encryption = only(
            graph,
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        );
        assert.match(JSON.stringify(encryption.inputs.rules), /"sseAlgorithm":"AES256"/);
        const { inputs } = only(graph, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
        assert.deepEqual(
            [
                inputs.blockPublicAcls,
                inputs.blockPublicPolicy,
                inputs.ignorePublicAcls,
                inputs.restrictPublicBuckets,
            ],
            [true, true, true, true],
        );
        const lifecycle = only(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
        assert.match(JSON.stringify(lifecycle.inputs.rules), /"expiration":\{"days":30\}/);
    });

    it("are asked for when the bucket's policy allows it", async () => {
        const graph = await graphOf("usual");
        const { dependencies, inputs } = only(graph, LOAD_BALANCER);
        assert.ok(dependencies.includes(only(graph, "aws:s3/bucketPolicy:BucketPolicy").urn));
        assert.deepEqual(inputs.accessLogs, { enabled: true, bucket: reference(bucketOf(graph), "id") });
    });

    it("are thrown away only with a disposable environment", async () => {
        assert.equal(bucketOf(await graphOf("usual")).inputs.forceDestroy, false);
        const graph = await recordEdge(created(), [], true);
        assert.equal(bucketOf(graph).inputs.forceDestroy, true);
    });

    it("are switched off, not left as they were, where none are wanted", async () => {
        const graph = await graphOf("disposable");
        assert.deepEqual(only(graph, LOAD_BALANCER).inputs.accessLogs, { enabled: false, bucket: "" });
        assert.deepEqual(ofType(graph, "aws:s3/bucket:Bucket"), []);
    });
});

describe("an adopted listener", () => {
    it("gets rules, records and flows beside it, and nothing in its place", async () => {
        const graph = await graphOf("adopted");
        assert.deepEqual(ofType(graph, LOAD_BALANCER), []);
        assert.deepEqual(ofType(graph, LISTENER), []);
        assert.equal(only(graph, RULE).inputs.listenerArn, THEIR_LISTENER);
        assert.equal(ofType(graph, RECORD).length, 2);
        const out = ofEdge(graph, EGRESS_RULE).filter(({ inputs }) => inputs.securityGroupId === "sg-theirs");
        assert.equal(out.length, 1);
    });

    it("is asked for its load balancer's name and for nothing else", async () => {
        const { invokes, outputs } = await graphOf("adoptedElsewhere");
        const { arn } = loadBalancerOf(THEIR_LISTENER);
        const asked = invokes.filter(({ token }) => !token.includes("getSubnet"));
        assert.deepEqual(asked, [{ token: "aws:lb/getLoadBalancer:getLoadBalancer", args: { arn } }]);
        assert.match(JSON.stringify(outputs.dnsName), /getLoadBalancer.*dnsName/);
    });

    it("tells its load balancer's ARN by its own", () => {
        assert.deepEqual(loadBalancerOf(THEIR_LISTENER), {
            arn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/app/shared/50dc6c495c0c9188`,
            suffix: "app/shared/50dc6c495c0c9188",
        });
        assert.throws(() => loadBalancerOf("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/b"), {
            message: /is not the ARN of a listener/,
        });
    });
});

describe("the edge", () => {
    it("is the parent of all that it makes", async () => {
        const graph = await graphOf("noDomain");
        const own = graph.resources.filter(({ urn }) => !urn.includes("selfhost:index:Network"));
        assertParents({ ...graph, resources: own }, "edge");
    });

    it("refuses to issue a certificate that nobody could prove", async () => {
        const impossible: CreatedEdge = created({ dns: { kind: "elsewhere" } });
        await assert.rejects(recordEdge(impossible, []), /only issued where its zone is in Route 53/);
    });
});
