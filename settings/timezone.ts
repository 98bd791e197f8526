/** Whether there is a time zone of that IANA name. */
export function isTimezone(name: string): boolean {
    try {
        return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
    } catch {
        return false;
    }
}
