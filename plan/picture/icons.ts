/** One small drawing for each kind of box, 20 by 20, in lines. */
import type { Kind } from "./table";

export const ICONS: Readonly<Record<Kind, string>> = {
    internet:
        '<circle cx="10" cy="10" r="7"/><path d="M3 10h14M10 3c2.6 2 3.6 4.4 3.6 7s-1 5-3.6 7c-2.6-2-3.6-4.4-3.6-7s1-5 3.6-7z"/>',
    outside: '<circle cx="10" cy="10" r="7"/><path d="M10 6.5v7M6.5 10h7"/>',
    loadBalancer:
        '<circle cx="4.5" cy="10" r="2"/><circle cx="15.5" cy="4.5" r="2"/><circle cx="15.5" cy="10" r="2"/><circle cx="15.5" cy="15.5" r="2"/><path d="M6.5 10h7M6.2 9l7.4-3.8M6.2 11l7.4 3.8"/>',
    service:
        '<path d="M10 2.5l6.5 3.7v7.6L10 17.5l-6.5-3.7V6.2z"/><path d="M3.5 6.2L10 10l6.5-3.8M10 10v7.5"/>',
    database:
        '<ellipse cx="10" cy="5" rx="6" ry="2.5"/><path d="M4 5v10c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5V5M4 10c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5"/>',
    fileSystem: '<path d="M3 5.5h5l1.6 2H17v8H3z"/><path d="M3 10h14"/>',
    bucket: '<ellipse cx="10" cy="5" rx="6.5" ry="2"/><path d="M3.5 5l1.8 10.5c.3 1 2.3 1.8 4.7 1.8s4.4-.8 4.7-1.8L16.5 5"/>',
    secrets: '<circle cx="7" cy="13" r="3.5"/><path d="M9.5 10.5L16.5 3.5M13.5 6.5l2 2M15.5 4.5l1.5 1.5"/>',
    registry:
        '<rect x="3" y="3" width="6" height="6" rx="1"/><rect x="11" y="3" width="6" height="6" rx="1"/><rect x="3" y="11" width="6" height="6" rx="1"/><rect x="11" y="11" width="6" height="6" rx="1"/>',
    gateway: '<path d="M3 7h11M11 4l3 3-3 3M17 13H6M9 10l-3 3 3 3"/>',
    endpoints: '<path d="M3 10h6M17 10h-3"/><circle cx="11.5" cy="10" r="2.5"/><path d="M3 5v10"/>',
    jobs: '<path d="M5 4h2.5l6 12H16M9 8.5L5 16"/>',
    messages: '<rect x="3" y="5" width="14" height="10" rx="1.5"/><path d="M3.5 6l6.5 5 6.5-5"/>',
    cdn: '<path d="M6 15.5h8.5a3 3 0 000-6 4.5 4.5 0 00-8.7-.8A3.5 3.5 0 006 15.5z"/>',
    delivery:
        '<circle cx="4.5" cy="10" r="2"/><circle cx="15.5" cy="10" r="2"/><path d="M6.5 10h7M10.5 7l3 3-3 3"/>',
};
