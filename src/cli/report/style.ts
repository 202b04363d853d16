/** The page's style sheet: light and dark by the reader's setting, one column on a phone, plain on paper. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--line:#e4e4e0;--ink:#1d2126;--mute:#5d6670;
--a:#1f6feb;--b:#d9660a;--c:#1a8a63;--d:#a0429f;--e:#7a6a00;--f:#c0394f;--soft:#9aa4af;--shadow:0 1px 2px rgba(20,25,30,.06)}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;--line:#30363d;--ink:#e8eaed;--mute:#a0a9b3;
--a:#6ea8ff;--b:#ff9d4d;--c:#4ecb9d;--d:#d98bd8;--e:#d6c23c;--f:#ff8091;--soft:#77818c;--shadow:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
-webkit-text-size-adjust:100%}
main{max-width:1120px;margin:0 auto;padding:28px 16px 56px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.015em}
h2{font-size:1.08rem;margin:0 0 2px}
p{margin:0 0 10px}.mute{color:var(--mute);font-size:.92rem}
header{margin-bottom:22px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:18px}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:10px;box-shadow:var(--shadow)}
.tile{padding:12px 14px}.tile b{display:block;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{color:var(--mute);font-size:.85rem;display:block}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:16px}
section{padding:16px;min-width:0}section.wide{grid-column:1/-1}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));gap:18px}
svg{display:block;width:100%;height:auto;max-width:680px;margin:6px auto 0;overflow:visible}
svg text{font-size:12px;fill:var(--mute);font-family:inherit}
svg .axis,svg .legend{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}.base{stroke:var(--soft);stroke-width:1}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}.line.thin{stroke-width:1.2}
.line.soft{stroke-width:1.4}
.dash{stroke-dasharray:5 5}
.line.a,.interval.a{stroke:var(--a)}.line.b{stroke:var(--b)}.line.c{stroke:var(--c)}
.line.d{stroke:var(--d)}.line.e{stroke:var(--e)}.line.f{stroke:var(--f)}
.band{fill-opacity:.1}.band.a{fill:var(--a)}.band.b{fill:var(--b)}.band.c{fill:var(--c)}.band.d{fill:var(--d)}
.band.e{fill:var(--e)}.band.f{fill:var(--f)}
.line.soft{stroke:var(--soft)}.line.ink{stroke:var(--ink)}
.dot.a,.point.a,.area.a{fill:var(--a)}.dot.b,.point.b{fill:var(--b)}.dot.c,.point.c{fill:var(--c)}
.dot.soft,.point.soft,.area.soft{fill:var(--soft)}
.dot{stroke:var(--card);stroke-width:1.2}.point{fill-opacity:.55}.point.soft{fill-opacity:.7}
.interval{stroke-width:1.4;stroke-opacity:.35}
.area.a{fill-opacity:.28}.area.soft{fill-opacity:.22}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--mute);padding:0 0 8px}
th,td{padding:6px 12px 6px 0;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600}td.number,th.number{text-align:right}tr:last-child td{border-bottom:0}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:4px 18px;margin:8px 0 0;font-size:.92rem}
dt{color:var(--mute)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:10px 12px;overflow-x:auto;
font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,monospace;max-height:260px;margin:10px 0 0}
details summary{cursor:pointer;color:var(--mute);font-size:.92rem;margin-top:8px}
@media (max-width:480px){main{padding:20px 10px 40px}section{padding:13px}svg text{font-size:14px}.tile b{font-size:1.25rem}}
@media print{body{background:#fff}section,.tile{break-inside:avoid;box-shadow:none}}
`;
