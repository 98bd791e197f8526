/** Colours and letters of a picture, light and dark. */

const LIGHT: Readonly<Record<string, string>> = {
    page: "#ffffff",
    ink: "#18212f",
    muted: "#566273",
    card: "#ffffff",
    edge: "#cfd7e2",
    frame: "#f4f6fa",
    "frame-edge": "#dde3ec",
    vpc: "#fafbfd",
    "vpc-edge": "#8ea3c4",
    chip: "#e4eaf3",
    flow: "#2563c9",
    out: "#b45309",
    use: "#7b8798",
    net: "#6d4fc4",
    compute: "#c2540a",
    data: "#1f6fb2",
    files: "#2f7d4f",
    keys: "#b0304a",
    other: "#56657a",
    warn: "#b42318",
};

const DARK: Readonly<Record<string, string>> = {
    page: "#0e131a",
    ink: "#e8edf4",
    muted: "#9aa8ba",
    card: "#1b222d",
    edge: "#374355",
    frame: "#141a23",
    "frame-edge": "#27303d",
    vpc: "#11161e",
    "vpc-edge": "#4c6286",
    chip: "#2a3443",
    flow: "#6ea8fe",
    out: "#f0a04b",
    use: "#8795a8",
    net: "#b39cf5",
    compute: "#f59e5b",
    data: "#6cb6f0",
    files: "#6fcf97",
    keys: "#f08ba0",
    other: "#a3b1c4",
    warn: "#ff8a7a",
};

/** Which colour a kind's drawing has. */
const COLOURS: Readonly<Record<string, readonly string[]>> = {
    net: ["internet", "loadBalancer", "gateway", "endpoints", "cdn"],
    compute: ["service", "jobs"],
    data: ["database"],
    files: ["fileSystem", "bucket"],
    keys: ["secrets"],
    other: ["outside", "registry", "delivery", "messages"],
};

function variables(values: Readonly<Record<string, string>>): string {
    return Object.entries(values)
        .map(([name, value]) => `--shp-${name}:${value}`)
        .join(";");
}

const KINDS = Object.entries(COLOURS)
    .map(
        ([colour, kinds]) =>
            `${kinds.map((kind) => `.shp-${kind} .shp-icon`).join(",")}{stroke:var(--shp-${colour})}`,
    )
    .join("");

const RULES = [
    ".shp{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
    ".shp text{fill:var(--shp-ink);font-size:11.5px}",
    ".shp .shp-page{fill:var(--shp-page)}",
    ".shp .shp-vpc{fill:var(--shp-vpc);stroke:var(--shp-vpc-edge);stroke-width:1.2;stroke-dasharray:5 4}",
    ".shp .shp-vpc-title{font-size:13px;font-weight:600;fill:var(--shp-muted)}",
    ".shp .shp-frame{fill:var(--shp-frame);stroke:var(--shp-frame-edge)}",
    ".shp .shp-column-title{font-size:13px;font-weight:600}",
    ".shp .shp-small{fill:var(--shp-muted)}",
    ".shp .shp-end{text-anchor:end}",
    ".shp .shp-missing{fill:var(--shp-warn)}",
    ".shp .shp-empty{fill:var(--shp-muted);text-anchor:middle;font-style:italic}",
    ".shp .shp-chip{fill:var(--shp-chip)}",
    ".shp .shp-chip-text{font-size:9.5px;font-weight:600;text-anchor:middle;fill:var(--shp-muted)}",
    ".shp .shp-zones{font-size:9.5px;font-weight:600;text-anchor:middle;fill:var(--shp-muted)}",
    ".shp .shp-box{fill:var(--shp-card);stroke:var(--shp-edge)}",
    ".shp .shp-card:hover .shp-box{stroke:var(--shp-flow);stroke-width:1.6}",
    ".shp .shp-icon{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}",
    KINDS,
    ".shp .shp-title{font-size:13px;font-weight:600}",
    ".shp .shp-text{fill:var(--shp-muted)}",
    ".shp .shp-outgoing{fill:var(--shp-out)}",
    ".shp .shp-badge{text-anchor:end;font-weight:600}",
    ".shp .shp-stroke{fill:none;stroke-width:1.5}",
    ".shp .shp-reach{fill:none;stroke:transparent;stroke-width:10}",
    ...["flow", "out", "use"].map(
        (kind) =>
            `.shp .shp-line.shp-${kind} .shp-stroke{stroke:var(--shp-${kind})}.shp .shp-head-${kind}{fill:var(--shp-${kind})}`,
    ),
    ".shp .shp-line.shp-out .shp-stroke{stroke-dasharray:6 4}",
    ".shp .shp-line.shp-use .shp-stroke{stroke-dasharray:2 4}",
    ".shp .shp-line:hover .shp-stroke{stroke-width:3}",
    ".shp .shp-pill rect{fill:var(--shp-page);stroke:var(--shp-edge)}",
    ".shp .shp-pill text{font-size:10.5px;font-weight:600;text-anchor:middle}",
    ...["flow", "use"].map((kind) => `.shp .shp-pill.shp-${kind} text{fill:var(--shp-${kind})}`),
];

export const STYLE = [
    `.shp{${variables(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){.shp{${variables(DARK)}}}`,
    `@media print{.shp{${variables(LIGHT)}}}`,
    ...RULES,
].join("\n");
