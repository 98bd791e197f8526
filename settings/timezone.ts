/** Whether there is a time zone of that IANA name, which AWS wants with its capitals, and Node takes without. */
export function isTimezone(name: string): boolean {
    try {
        const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
        return (
            known !== "" &&
            /^[A-Z]/.test(name) &&
            (name === known || name.toLowerCase() !== known.toLowerCase())
        );
    } catch {
        return false;
    }
}
