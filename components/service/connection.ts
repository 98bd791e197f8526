/** Service Connect: how an app's tasks find those of another, without the load balancer and without DNS. */
import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { ServiceArgs, ServiceConnection } from "./args";
import { logOptions } from "./task";

/** An app has one port. */
const PORT_NAME = "http";

/** Undefined for an app that nobody reaches: its task definition is the same as without Service Connect. */
export function portNameOf(connection: ServiceConnection | undefined): string | undefined {
    return connection?.published === true ? PORT_NAME : undefined;
}

/**
 * Nothing, or the app's place in the namespace. Its proxy passes bytes on (no `appProtocol`): with HTTP it would end a
 * request after 15 seconds and send one again after an error of the server.
 * https://github.com/aws/containers-roadmap/issues/1958 and https://github.com/aws/containers-roadmap/issues/1963
 */
export function connectionOf(
    { app, connection, region }: Pick<ServiceArgs, "app" | "connection" | "region">,
    logGroup: pulumi.Input<string>,
): Pick<aws.ecs.ServiceArgs, "serviceConnectConfiguration" | "triggers"> {
    if (connection === undefined) {
        return {};
    }
    const { port } = app.preset;
    return {
        serviceConnectConfiguration: {
            enabled: true,
            namespace: connection.namespaceArn,
            ...(connection.published
                ? {
                      services: [
                          {
                              portName: PORT_NAME,
                              discoveryName: app.name,
                              clientAlias: [{ dnsName: app.name, port }],
                          },
                      ],
                  }
                : {}),
            logConfiguration: { logDriver: "awslogs", options: logOptions(logGroup, region, "connect") },
        },
        // Tasks find the names that were there when their deployment began, so whoever calls a service starts after it,
        // and again when it is another one.
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
        ...(Object.keys(connection.servers).length === 0 ? {} : { triggers: connection.servers }),
    };
}

/** The address of an app for those that reach it. */
export function directUrl({ name, preset }: Pick<ServiceArgs["app"], "name" | "preset">): string {
    return `http://${name}:${preset.port}`;
}
