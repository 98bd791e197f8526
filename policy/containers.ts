/** The containers of task definitions, which ECS takes as one JSON text. */
import type { Json } from "../plan/graph";
import type { Finding } from "./finding";
import { list, rawText, text } from "./json";
import { T } from "./types";
import type { Item, Said, View } from "./view";

export interface Container {
    readonly name: string;
    readonly value: Json;
    readonly task: Item;
}

export interface Variable {
    readonly name: string;
    readonly value: string;
}

export function containersOf(task: Item): readonly Container[] {
    return list(task.json("containerDefinitions")).map((value, index) => ({
        name: text(value, "name") ?? `#${index + 1}`,
        value,
        task,
    }));
}

/** What a check says about each container; its sentences go on after "container `x`". */
export function eachContainer(
    view: View,
    check: (container: Container) => readonly string[],
): readonly Finding[] {
    return view.each(T.taskDefinition, (task) =>
        containersOf(task).flatMap((container) =>
            check(container).map((message): Said => ({
                message: `: container \`${container.name}\` ${message}`,
                subject: container.name,
            })),
        ),
    );
}

export function environmentOf({ value }: Container): readonly Variable[] {
    return list(value, "environment").map((variable) => ({
        name: text(variable, "name") ?? "",
        value: rawText(variable, "value"),
    }));
}

/** Variables that ECS fills: the value is where it reads them from. */
export function secretsOf({ value }: Container): readonly Variable[] {
    return list(value, "secrets").map((secret) => ({
        name: text(secret, "name") ?? "",
        value: rawText(secret, "valueFrom"),
    }));
}

/** The tasks that a service runs. */
export function taskOf(service: Item): Item | undefined {
    return service.ref("taskDefinition", T.taskDefinition);
}
