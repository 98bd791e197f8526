/** The Data API before a small model of a server that understands the statements it is meant to get, and no other. */
import { awsError } from "./common";

export interface Field {
    readonly isNull?: boolean;
    readonly stringValue?: string;
    readonly longValue?: number;
}

export interface StatementInput {
    readonly resourceArn: string;
    readonly secretArn: string;
    readonly sql: string;
    readonly database?: string;
    readonly parameters?: readonly {
        readonly name: string;
        readonly value: { readonly stringValue: string };
    }[];
}

export type Row = readonly (string | number | null)[];

/** A statement by its form, and what it does; what it returns are rows. */
export type Rule = readonly [
    form: RegExp,
    effect: (
        groups: Readonly<Record<string, string>>,
        database: string | undefined,
    ) => readonly Row[] | undefined,
];

export abstract class FakeServer {
    /** Every statement as it arrived, parameters filled in. */
    readonly statements: string[] = [];
    /** Errors that are answered before anything is looked at, first to last. */
    readonly ahead: Error[] = [];
    /** From now on, the statement of this number fails with an error that quotes it, as servers do. */
    quoteAt: number | undefined;
    protected abstract readonly rules: readonly Rule[];

    executeStatement({ sql, database, parameters = [] }: StatementInput): Promise<{ records: Field[][] }> {
        const error = this.ahead.shift();
        if (error !== undefined) {
            throw error;
        }
        const filled = sql.replace(/:([a-z]+)/gi, (_, name: string) => {
            const found = parameters.find((parameter) => parameter.name === name);
            if (found === undefined) {
                throw awsError("BadRequestException", `Cannot find parameter: ${name}`);
            }
            return `'${found.value.stringValue}'`;
        });
        this.statements.push(filled);
        if (this.quoteAt !== undefined && --this.quoteAt < 0) {
            this.quoteAt = undefined;
            throw awsError("DatabaseErrorException", `ERROR: near ${filled}`);
        }
        for (const [form, effect] of this.rules) {
            const match = form.exec(filled);
            if (match !== null) {
                const rows = effect(match.groups ?? {}, database) ?? [];
                return Promise.resolve({ records: rows.map((row) => row.map(fieldOf)) });
            }
        }
        throw awsError("DatabaseErrorException", `syntax error in: ${filled}; SQLState: 42601`);
    }
}

function fieldOf(value: string | number | null): Field {
    if (value === null) {
        return { isNull: true };
    }
    return typeof value === "string" ? { stringValue: value } : { longValue: value };
}
