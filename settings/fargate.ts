/**
 * The sizes that Fargate runs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const GIB = 1024;

function steps(from: number, to: number, step: number): number[] {
    return Array.from({ length: (to - from) / step + 1 }, (_, i) => (from + i * step) * GIB);
}

/** CPU units → the MiB of memory they may be combined with. */
export const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
    [256, [512, 1 * GIB, 2 * GIB]],
    [512, steps(1, 4, 1)],
    [1024, steps(2, 8, 1)],
    [2048, steps(4, 16, 1)],
    [4096, steps(8, 30, 1)],
    [8192, steps(16, 60, 4)],
    [16384, steps(32, 120, 8)],
]);

export function isFargateSize(cpu: number, memory: number): boolean {
    return FARGATE_SIZES.get(cpu)?.includes(memory) ?? false;
}

export interface Size {
    readonly cpu: number;
    readonly memory: number;
}

/** Up to three legal sizes near an illegal one: at least as large first, and the same CPU before another. */
export function nearestSizes(cpu: number, memory: number): readonly Size[] {
    const all = [...FARGATE_SIZES].flatMap(([c, memories]) => memories.map((m) => ({ cpu: c, memory: m })));
    const distance = (size: Size): number =>
        Math.abs(Math.log2(size.cpu / Math.max(cpu, 1))) * 2 +
        Math.abs(Math.log2(size.memory / Math.max(memory, 1))) +
        (size.memory < memory ? 0.5 : 0);
    return all.sort((a, b) => distance(a) - distance(b)).slice(0, 3);
}
