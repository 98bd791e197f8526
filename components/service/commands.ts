/** What an operator types next. */
export interface Whereabouts {
    readonly region: string;
    readonly cluster: string;
    readonly service: string;
    readonly container: string;
    readonly logGroup: string;
    /** Whether ECS Exec is allowed. */
    readonly exec: boolean;
}

export interface Commands {
    readonly logs: string;
    readonly status: string;
    /** A shell in one of the tasks; undefined where ECS Exec is off. */
    readonly exec: string | undefined;
}

export function commands({ region, cluster, service, container, logGroup, exec }: Whereabouts): Commands {
    const ofService = `--region ${region} --cluster ${cluster}`;
    const anyTask = `$(aws ecs list-tasks ${ofService} --service-name ${service} --query 'taskArns[0]' --output text)`;
    return {
        logs: `aws logs tail ${logGroup} --region ${region} --follow --since 1h`,
        // Of ECS's own strategies, the events alone say why a deployment failed.
        status: `aws ecs describe-services ${ofService} --services ${service} --query 'services[0].[deployments,events[:5].message]'`,
        exec: exec
            ? `aws ecs execute-command ${ofService} --task "${anyTask}" --container ${container} --interactive --command /bin/sh`
            : undefined,
    };
}
