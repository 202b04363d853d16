/** The pages' style sheet: light and dark by the reader's setting, one column on a phone. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fafaf8;--card:#fff;--line:#e5e5e1;--ink:#1c2025;--mute:#5c656f;--soft:#9aa3ad;
--a:#1f6feb;--b:#d9660a;--c:#1a8a63;--d:#a0429f;--bad:#c0394f;--good-bg:#e2f3ea;--warn-bg:#fdf0dc;--bad-bg:#fbe6e9;
--warn:#8a5a00}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1b1f23;--line:#2f353b;--ink:#e8eaed;--mute:#a3acb6;
--soft:#7b8590;--a:#6ea8ff;--b:#ff9d4d;--c:#4ecb9d;--d:#d98bd8;--bad:#ff8091;--good-bg:#16352a;--warn-bg:#3a2d12;
--bad-bg:#40202a;--warn:#f0c268}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1180px;margin:0 auto;padding:24px 16px 56px}
header{display:flex;flex-wrap:wrap;gap:6px 16px;align-items:baseline;margin-bottom:18px}
h1{font-size:1.55rem;line-height:1.2;margin:0;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:1.02rem;margin:0 0 4px}
p{margin:0 0 8px}ul{margin:0 0 8px;padding-left:20px}
a{color:var(--a)}.mute,nav{color:var(--mute);font-size:.88rem}nav a{margin-right:12px}
code,pre{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,monospace}
#live{margin-left:auto;color:var(--mute);font-size:.85rem}
#live::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--soft);margin-right:7px}
#live.on::before{background:var(--c)}#live.off::before{background:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:16px}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:10px}
.tile{padding:11px 14px}.tile b{display:block;font-size:1.45rem;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{color:var(--mute);font-size:.84rem;display:block;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:14px}
section{padding:15px 16px;min-width:0}section.wide{grid-column:1/-1}
svg{display:block;width:100%;height:auto;margin-top:4px}
svg text{font-size:12px;fill:var(--mute);font-family:inherit}svg .axis{fill:var(--ink)}
.grid{stroke:var(--line)}.base{stroke:var(--soft)}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.line.dash{stroke-width:1.4;stroke-dasharray:5 5}
.whisker{stroke-width:1.3;stroke-opacity:.3}.cross{fill:none;stroke-width:1.8}
.dot{stroke:var(--card);stroke-width:1}
${["a", "b", "c", "d", "soft", "bad"]
  .map(
    (k) =>
      `.line.${k},.whisker.${k},.cross.${k}{stroke:var(--${k})}.dot.${k},.bar.${k}{fill:var(--${k})}.legend i.${k}{background:var(--${k})}`,
  )
  .join("\n")}
.bar{fill-opacity:.75}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;color:var(--mute);font-size:.84rem;margin:6px 0 0}
.legend i{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px}
.state,.verdict{display:inline-block;border-radius:999px;padding:1px 11px;font-weight:600;font-size:.9rem}
.state.trusted,.verdict.promote{background:var(--good-bg);color:var(--c)}
.state.calibrating,.verdict.audit{background:var(--warn-bg);color:var(--warn)}
.state.untrusted,.verdict.abstain{background:var(--bad-bg);color:var(--bad)}
.verdict.reject{background:var(--line);color:var(--mute)}.verdict{font-size:.8rem;padding:0 9px}
.strip{display:flex;height:14px;border-radius:7px;overflow:hidden;margin:12px 0 6px;gap:2px}.strip i{min-width:2px}
.strip .trusted,.key.trusted::before{background:var(--c)}.strip .calibrating,.key.calibrating::before{background:var(--b)}
.strip .untrusted,.key.untrusted::before{background:var(--bad)}
.key{margin-left:10px}.key::before{content:"";display:inline-block;width:9px;height:9px;border-radius:3px;margin-right:6px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:6px 12px 6px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}td.number,th.number{text-align:right;padding-right:18px}tr:last-child td{border-bottom:0}
td.wrap{min-width:220px}
dl{display:grid;grid-template-columns:minmax(100px,max-content) 1fr;gap:4px 18px;margin:6px 0 0;font-size:.9rem}
dt{color:var(--mute)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:9px 11px;overflow:auto;max-height:260px;margin:6px 0 0}
summary{cursor:pointer}
form{display:flex;gap:8px;flex-wrap:wrap;margin:8px 0}
input,button{font:inherit;padding:6px 10px;border-radius:8px;border:1px solid var(--line);background:var(--card);color:var(--ink)}
button{background:var(--a);border-color:var(--a);color:#fff;cursor:pointer}
@media (prefers-color-scheme:dark){button{color:#10151b}}
@media (max-width:480px){main{padding:18px 10px 40px}section{padding:12px}svg text{font-size:15px}}
`;
