/** What a rule says about one resource. */
export interface Finding {
    readonly urn: string;
    /** A sentence that begins with the resource's name. */
    readonly message: string;
    /** The part of the resource that it is about, where a waiver may need to tell them apart: a statement, a port. */
    readonly subject: string | undefined;
    /** The rule could not tell: a value is not known before the deployment. */
    readonly undecided: boolean;
}
