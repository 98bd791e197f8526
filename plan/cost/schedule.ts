/** How many hours of a week a service may run, and how many tasks: from its scheduled actions. */

/** What holds from one moment on. */
export interface Bounds {
    readonly min: number;
    readonly max: number;
}

/** Bounds, and the hours of a week in which they hold. */
export interface Span extends Bounds {
    readonly hours: number;
}

export interface Action extends Bounds {
    /** `cron(0 7 ? * MON-FRI *)` */
    readonly schedule: string;
}

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const WEEK_HOURS = 168;

/**
 * The week that the actions make, each holding until the next. Undefined where one of them has a schedule that is not a
 * time on days of the week. Clocks that change are left out: they even out over a year.
 */
export function weekOf(actions: readonly Action[], otherwise: Bounds): readonly Span[] | undefined {
    const moments: (Bounds & { readonly hour: number })[] = [];
    for (const { schedule, min, max } of actions) {
        const hours = hoursOf(schedule);
        if (hours === undefined) {
            return undefined;
        }
        moments.push(...hours.map((hour) => ({ hour, min, max })));
    }
    moments.sort((a, b) => a.hour - b.hour);
    const [first] = moments;
    if (first === undefined) {
        return [{ ...otherwise, hours: WEEK_HOURS }];
    }
    return moments.map(({ hour, min, max }, i) => {
        const next = moments[i + 1]?.hour ?? first.hour + WEEK_HOURS;
        return { min, max, hours: next - hour };
    });
}

/** How often a week a schedule takes effect. */
export function timesAWeek(schedule: string): number {
    return hoursOf(schedule)?.length ?? 0;
}

/**
 * Hours since Sunday midnight at which a schedule takes effect.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
function hoursOf(schedule: string): readonly number[] | undefined {
    const [minute, hour, dayOfMonth, month, dayOfWeek, year] =
        /^cron\((.*)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
    const anyDate = ["?", "*"].includes(dayOfMonth ?? "") && month === "*" && (year ?? "*") === "*";
    const days = daysOf(dayOfWeek ?? "");
    if (!anyDate || days === undefined || !isNumber(minute) || !isNumber(hour)) {
        return undefined;
    }
    return days.map((day) => day * 24 + Number(hour) + Number(minute) / 60);
}

function isNumber(text: string | undefined): text is string {
    return text !== undefined && /^\d{1,2}$/.test(text);
}

/** `MON-FRI`, `SAT,SUN`, `2-6`, `*`: days of the week, 0 for Sunday. */
function daysOf(field: string): readonly number[] | undefined {
    if (field === "*" || field === "?") {
        return DAYS.map((_, day) => day);
    }
    const days = field.split(",").map((part) => {
        const ends = part.split("-").map(dayOf);
        const [from, to] = ends.length === 1 ? [ends[0], ends[0]] : ends;
        return from === undefined || to === undefined ? undefined : range(from, to);
    });
    return days.includes(undefined) ? undefined : [...new Set(days.flatMap((list) => list ?? []))];
}

/** AWS counts from 1 for Sunday. */
function dayOf(text: string): number | undefined {
    const day = /^[1-7]$/.test(text) ? Number(text) - 1 : DAYS.indexOf(text.toUpperCase());
    return day === -1 ? undefined : day;
}

/** From one day to the other, across the weekend where the second comes first. */
function range(from: number, to: number): readonly number[] {
    const length = ((to - from + 7) % 7) + 1;
    return Array.from({ length }, (_, i) => (from + i) % 7);
}
