/** E-mail to the people of one pipeline, a contributor perhaps, when it fails: a bad push is theirs to know. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createApprovalTopic, topicPolicy } from "../delivery/notifications";
import { consoleUrl, namesOf, type PipelineArgs } from "./args";

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
export function announceFailures(name: string, args: PipelineArgs, parent: pulumi.Resource): void {
    const { settings, app, environment, region } = args;
    const { pipeline, imagePipeline } = namesOf(args);
    const pipelines = settings.imagePipeline === undefined ? [pipeline] : [pipeline, imagePipeline];
    if (settings.notify.length === 0) {
        return;
    }
    const topic = createApprovalTopic(
        `${name}-failures`,
        settings.notify,
        args,
        { parent },
        `${app.name}-pipeline-failures`,
    );
    new aws.sns.TopicPolicy(
        `${name}-failures-policy`,
        { arn: topic.arn, policy: topicPolicy(topic.arn, args) },
        { parent },
    );
    const rule = new aws.cloudwatch.EventRule(
        `${name}-failures`,
        {
            description: `A pipeline of ${app.name} failed`,
            eventPattern: JSON.stringify({
                source: ["aws.codepipeline"],
                "detail-type": ["CodePipeline Pipeline Execution State Change"],
                detail: { pipeline: pipelines, state: ["FAILED"] },
            }),
            state: "ENABLED",
        },
        { parent },
    );
    const sentence = `${app.name} in ${environment} was not released: <pipeline> failed. ${consoleUrl(region, pipeline)}`;
    new aws.cloudwatch.EventTarget(
        `${name}-failures-mail`,
        {
            rule: rule.name,
            arn: topic.arn,
            inputTransformer: {
                inputPaths: { pipeline: "$.detail.pipeline" },
                inputTemplate: JSON.stringify(sentence),
            },
        },
        { parent },
    );
}
