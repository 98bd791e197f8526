/** Slack and Teams channels that hear of events, by Amazon Q Developer in chat applications. */
import * as aws from "@pulumi/aws";
import { rolePath, trustDocument } from "../statement";
import type { DeliveryArgs, Options } from "./args";

export function createChats(name: string, args: DeliveryArgs, topic: aws.sns.Topic, opts: Options): void {
    const { environment, partition, region, settings } = args;
    const role = createRole(`${name}-role`, args, opts);
    const shared = {
        iamRoleArn: role.arn,
        // The default lets whoever is in the channel do anything that the role may, which is nothing.
        guardrailPolicyArns: [`arn:${partition}:iam::aws:policy/CloudWatchReadOnlyAccess`],
        loggingLevel: "ERROR",
        snsTopicArns: [topic.arn],
        userAuthorizationRequired: true,
        region: chatRegion(region),
    };
    for (const { workspace, channel } of settings.notifications.slack) {
        const label = `selfhost-${environment}-${channel.toLowerCase()}`;
        new aws.chatbot.SlackChannelConfiguration(
            `${name}-${channel.toLowerCase()}`,
            { ...shared, configurationName: label, slackTeamId: workspace, slackChannelId: channel },
            opts,
        );
    }
    settings.notifications.teams.forEach(({ tenant, team, channel }, index) => {
        new aws.chatbot.TeamsChannelConfiguration(
            `${name}-teams-${index + 1}`,
            {
                ...shared,
                configurationName: `selfhost-${environment}-teams-${index + 1}`,
                tenantId: tenant,
                teamId: team,
                channelId: channel,
            },
            opts,
        );
    });
}

/** It reads nothing and does nothing: events bring all that is shown. */
function createRole(name: string, { environment, accountId }: DeliveryArgs, opts: Options): aws.iam.Role {
    return new aws.iam.Role(
        name,
        {
            description: `What chat channels of ${environment} may do: nothing`,
            path: rolePath(environment),
            assumeRolePolicy: trustDocument("ChatOfThisAccount", "chatbot.amazonaws.com", {
                StringEquals: { "aws:SourceAccount": accountId },
            }),
        },
        opts,
    );
}

/** Where the service can be asked; it hears topics of every region. https://docs.aws.amazon.com/general/latest/gr/chatbot.html */
export function chatRegion(region: string): string {
    if (region.startsWith("us-west-")) {
        return "us-west-2";
    }
    if (/^(eu|il|me|af)-/.test(region)) {
        return "eu-west-1";
    }
    return region.startsWith("ap-") ? "ap-southeast-1" : "us-east-2";
}
