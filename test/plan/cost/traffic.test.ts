import assert from "node:assert/strict";
import { describeTraffic, readTraffic, TRAFFIC, TrafficError } from "../../../plan/cost/traffic";

describe("traffic", () => {
    it("is a preset", () => {
        assert.deepEqual(readTraffic("heavy"), TRAFFIC.heavy);
    });

    it("is a preset with numbers of one's own, and says so", () => {
        assert.deepEqual(readTraffic("light,requests=2000000,load=0.5"), {
            ...TRAFFIC.light,
            name: "light,requests=2000000,load=0.5",
            requests: 2_000_000,
            load: 0.5,
        });
    });

    const wrong: readonly [string, RegExp][] = [
        ["busy", /no traffic called "busy"; there is light, normal, heavy/],
        ["", /no traffic called ""/],
        ["toString", /no traffic called "toString"/],
        ["normal,request=5", /has no "request"; it has requests, answerKb/],
        ["normal,name=5", /has no "name"/],
        ["normal,requests", /requests must be a number from 0 up \(got ""\)/],
        ["normal,requests=many", /must be a number/],
        ["normal,requests=-1", /must be a number/],
        ["normal,load=2", /load must be a number from 0 to 1/],
    ];
    for (const [text, message] of wrong) {
        it(`refuses "${text}"`, () => {
            assert.throws(
                () => readTraffic(text),
                (error) => error instanceof TrafficError && message.test(error.message),
            );
        });
    }

    it("never falls from light to normal to heavy", () => {
        const keys = Object.keys(TRAFFIC.normal).filter((key) => key !== "name") as (keyof Omit<
            typeof TRAFFIC.normal,
            "name"
        >)[];
        for (const key of keys) {
            assert.ok(
                TRAFFIC.light[key] <= TRAFFIC.normal[key] && TRAFFIC.normal[key] <= TRAFFIC.heavy[key],
                key,
            );
        }
    });

    it("is said in words, each number once", () => {
        assert.ok(describeTraffic(TRAFFIC.normal).includes("500,000 requests that reach the load balancer"));
        assert.equal(describeTraffic(TRAFFIC.normal).length, Object.keys(TRAFFIC.normal).length - 1);
    });
});
