/** Where in AWS an environment is: what every component is told of it. */
export interface Place {
    /** The environment's name, which people and the patterns of IAM policies find its resources by. */
    readonly environment: string;
    readonly region: string;
    /** `aws`, `aws-cn` or `aws-us-gov`: ARNs start with it. */
    readonly partition: string;
    /** Twelve digits. */
    readonly accountId: string;
    /** May everything go with the environment? Its data is then neither protected nor kept when it is deleted. */
    readonly disposable: boolean;
}

/** An account of AWS in one region, as ARNs name it. */
export type Account = Pick<Place, "partition" | "region" | "accountId">;
