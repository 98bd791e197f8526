/** What a person still has to do for an environment to be delivered. */
import type { DeliverySettings } from "./delivery";
import type { Pending } from "./settings";

/** Where a connection is accepted. https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html */
export function connectionsConsole(region: string): string {
    return `https://console.aws.amazon.com/codesuite/settings/connections?region=${region}`;
}

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html */
const CHAT_CONSOLE = "https://us-east-2.console.aws.amazon.com/chatbot/home#/chat-clients";

export function deliveryPending(
    delivery: DeliverySettings | undefined,
    environment: string,
    region: string,
): readonly Pending[] {
    if (delivery === undefined) {
        return [];
    }
    const { notifications } = delivery;
    const workspaces = [...new Set(notifications.slack.map(({ workspace }) => workspace))];
    const teams = [...new Set(notifications.teams.map(({ team }) => team))];
    return [
        ...workspaces.map((workspace) => ({
            what: `Authorise the Slack workspace ${workspace}, once per account; then invite @Amazon Q to the channel`,
            command: CHAT_CONSOLE,
        })),
        ...teams.map((team) => ({
            what: `Authorise the Microsoft Teams team ${team}, once per account`,
            command: CHAT_CONSOLE,
        })),
        ...delivery.connections
            .filter(({ arn }) => arn === undefined)
            .map(({ provider }) => ({
                what: `After the first \`up\`: accept the connection selfhost-${environment}-${provider}; until then it is PENDING, and no pipeline starts`,
                command: connectionsConsole(region),
            })),
        ...applyPending(delivery),
    ];
}

/** Somebody has to make what applies everything from then on. */
function applyPending({ appliedBy }: DeliverySettings): readonly Pending[] {
    return appliedBy === "codepipeline"
        ? [
              {
                  what: "The first `up`, which makes the pipeline that runs all others; without the variable a person's `up` is refused",
                  command: "SELFHOST_APPLY=by-hand pulumi up",
              },
          ]
        : [];
}
