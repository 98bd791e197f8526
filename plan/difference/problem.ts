/** A comparison that cannot be made, said to whoever asked for it: no trace helps them. */
export class ComparisonError extends Error {
    override readonly name = "ComparisonError";
}
