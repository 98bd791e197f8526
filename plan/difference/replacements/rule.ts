/** What the provider says about one type, and where. */

export interface Rule {
    /** Where the provider says so. */
    readonly source: string;
    /** Paths without indexes: `encryptionConfigurations`, or one thing in it, `rootDirectory.path`. */
    readonly properties: readonly string[] | { readonly allBut: readonly string[] };
    /** Replaced or not, as the values before and after are. */
    readonly sometimes?: readonly string[];
    /** Replaced where the property comes or goes, in place from one value to another. */
    readonly comingAndGoing?: readonly string[];
    /** Of `properties`, what stays as AWS has it where the program no longer says it: removing it replaces nothing. */
    readonly kept?: readonly string[];
}

export const AWS = "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/";
export const RANDOM = "https://github.com/hashicorp/terraform-provider-random/blob/main/internal/provider/";
