/** How a report looks. */

const LIGHT =
    "--page:#ffffff;--ink:#18212f;--muted:#566273;--line:#dde3ec;--soft:#f4f6fa;--link:#1d55b3;--idle:#1f6fb2;--used:#8fc1ea;--good:#1f7a45;--warn:#9a5a00;--bad:#b42318;color-scheme:light";
const DARK =
    "--page:#0e131a;--ink:#e8edf4;--muted:#9aa8ba;--line:#2b3543;--soft:#161d27;--link:#7fb2ff;--idle:#4da3e8;--used:#245b86;--good:#6fcf97;--warn:#f0b35a;--bad:#ff8a7a;color-scheme:dark";

export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:19px;margin:0 0 12px}
h3{font-size:15px;margin:0 0 4px;overflow-wrap:anywhere}
p{margin:0 0 6px}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin:6px 0 0;white-space:pre-wrap}
a{color:var(--link)}
.muted{color:var(--muted)}
.urls{display:flex;flex-wrap:wrap;gap:4px 16px}
nav{position:sticky;top:0;z-index:1;background:var(--page);border-bottom:1px solid var(--line);margin-top:16px;padding:8px max(20px,calc((100% - 1140px)/2));display:flex;gap:18px;overflow-x:auto;white-space:nowrap}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{padding:26px 0 6px;scroll-margin-top:40px}
section+section{border-top:1px solid var(--line)}
footer{padding:20px;color:var(--muted);font-size:13px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:16px}
.tile{background:var(--soft);border:1px solid var(--line);border-radius:12px;padding:12px 16px;display:flex;flex-direction:column}
.tile b{font-size:24px;line-height:1.25;font-variant-numeric:tabular-nums}
.tile small{color:var(--muted);font-size:13px}
.good b{color:var(--good)}.warn b{color:var(--warn)}.bad b{color:var(--bad)}
.parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:12px;margin-bottom:12px}
.part{border:1px solid var(--line);border-radius:12px;padding:12px 16px}
.part p{font-size:14px;margin:0}
.picture{margin:0 calc((1140px - min(100vw - 40px,max(1140px,var(--picture))))/2) 12px;overflow:auto;border:1px solid var(--line);border-radius:12px}
.picture svg{display:block;margin:0 auto;height:auto;width:100%;min-width:calc(var(--picture)*.72);max-width:var(--picture)}
.stack{display:none}
.place{border:1px solid var(--line);background:var(--soft);border-radius:12px;padding:10px 12px 4px;margin-bottom:10px}
.place h3{margin:0}.place p{font-size:13px}
.card{background:var(--page);border:1px solid var(--line);border-radius:10px;padding:8px 12px;margin:8px 0;display:grid;grid-template-columns:24px 1fr auto;column-gap:8px;font-size:14px}
.card>svg{width:20px;height:20px;margin-top:1px}
.card>div{overflow-wrap:anywhere;min-width:0}
.card .flow{color:var(--link)}
.card .price{font-weight:600;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;margin:8px 0 12px;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:14px}
td{overflow-wrap:anywhere;min-width:9ch}
th,td{text-align:left;vertical-align:top;padding:6px 12px;border-bottom:1px solid var(--line)}
tbody tr:last-child td{border-bottom:0}
th{background:var(--soft);font-weight:600;white-space:nowrap}
.number{min-width:0;overflow-wrap:normal;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{margin:4px 0}
summary{cursor:pointer;padding:4px 0;overflow-wrap:anywhere}
summary:hover{color:var(--link)}
.total b{font-size:22px}
.bars{margin:12px 0 6px}
.bar{display:grid;grid-template-columns:minmax(90px,180px) 1fr 84px 96px;gap:12px;align-items:center;padding:3px 0}
.bar-name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bar-track{display:flex;height:14px;background:var(--soft);border-radius:4px;overflow:hidden}
.bar-sum,.bar-idle{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar-idle{font-size:13px}
.idle{background:var(--idle)}.used{background:var(--used)}
.key i{display:inline-block;width:12px;height:12px;border-radius:3px;vertical-align:-1px}
.key i+i,.key .used{margin-left:10px}
.badge{display:inline-block;font-size:12px;line-height:1.5;border:1px solid var(--line);border-radius:999px;padding:0 8px;color:var(--muted);margin-left:6px}
.badge:first-child{margin-left:0}
.badge.bad,.bad>p>.badge{color:var(--bad);border-color:var(--bad)}
.warn>p>.badge{color:var(--warn);border-color:var(--warn)}
.alert{border-left:3px solid var(--warn);background:var(--soft);padding:6px 12px;border-radius:4px}
.rule{border:1px solid var(--line);border-left:3px solid var(--warn);border-radius:8px;padding:10px 14px;margin:0 0 10px}
.rule.bad{border-left-color:var(--bad)}
.rule b{color:inherit}
.rule ul,.notes,.steps{margin:0 0 6px;padding-left:22px}
.steps li{margin-bottom:10px}
.tree details>details,.tree details>.leaf{margin-left:11px;padding-left:12px;border-left:1px solid var(--line)}
.tree details{margin:0}
.leaf{padding:2px 0 2px 14px;overflow-wrap:anywhere;font-size:14px}
.tree .name{font-weight:500}
.tree .price{float:right;padding-left:12px;font-variant-numeric:tabular-nums;color:var(--muted)}
@media (max-width:1180px){.picture{margin:0 0 12px}}
@media (max-width:700px){
body{font-size:16px}
header,main,footer{padding-left:16px;padding-right:16px}
nav{padding-left:16px;padding-right:16px}
nav a{padding:4px 0}
.tiles{grid-template-columns:1fr 1fr}
.parts{grid-template-columns:1fr}
.wide{display:none}
.stack{display:block}
.picture svg{width:var(--picture)}
table{min-width:calc(var(--columns)*140px)}
.bar{grid-template-columns:1fr auto;gap:0 12px;padding:6px 0}
.bar-track{grid-row:2;grid-column:1/3}
.bar-idle{display:none}
summary{padding:8px 0}
}
@page picture{size:landscape}
@media print{
:root{${LIGHT}}
body{font-size:11px}
nav,.stack{display:none}
.wide{display:block!important}
header,main,footer{max-width:none;padding:0}
section{padding:12px 0 4px}
.picture{margin:0;border:0;overflow:visible;break-inside:avoid}
#picture>h2,#picture .wide{page:picture}
.picture svg{width:100%;min-width:0;max-height:175mm}
code,.part p,.tile small,.bar-idle,.place p{font-size:inherit}
.scroll{overflow:visible}
table{font-size:10px}
.tile,.part,.rule,.bar,tr,.steps li{break-inside:avoid}
h2,h3{break-after:avoid}
#settings details::details-content,#cost details::details-content,#picture details::details-content{content-visibility:visible;display:block;block-size:auto}
}
`.trim();
