/** What the dashboard adds to the report's style sheet. */
export const DASHBOARD_STYLE = `
main{position:relative}
header h1{display:flex;flex-wrap:wrap;align-items:center;gap:12px}
.link{position:absolute;right:16px;top:32px;font-size:.82rem;color:var(--mute)}
.link::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--soft);margin-right:7px}
.link.on::before{background:var(--c)}.link.off::before{background:var(--f)}.link.off{color:var(--f)}
.pill{display:inline-block;font-size:.78rem;font-weight:600;line-height:1;padding:5px 9px;border-radius:99px;
border:1px solid currentColor;white-space:nowrap;letter-spacing:0}
.pill.training,.pill.computing,.pill.done{color:var(--c)}.pill.uploading{color:var(--a)}.pill.downloading{color:var(--d)}
.pill.paused,.pill.stopped,.pill.warning{color:var(--b)}.pill.failed,.pill.stalled,.pill.error{color:var(--f)}
.pill.waiting,.pill.unknown,.pill.starting{color:var(--mute)}
.progress{max-width:none;height:10px;margin:12px 0 6px;border-radius:5px;overflow:hidden}
.track{fill:var(--line)}.fill.a{fill:var(--a)}.fill.b{fill:var(--b)}.fill.c{fill:var(--c)}.fill.d{fill:var(--d)}
.fill.e{fill:var(--e)}.fill.f{fill:var(--f)}.fill.soft{fill:var(--soft)}
.tiles{grid-template-columns:repeat(auto-fit,minmax(132px,1fr))}
td svg.spark{width:120px;height:24px;margin:0;max-width:none}td svg.bar{width:96px;height:8px;margin:0;max-width:none}
td.grow{width:50%}td.grow svg.bar{width:100%}
section h2{margin-bottom:8px}.empty{color:var(--mute);font-size:.92rem;margin:4px 0}
.alerts{list-style:none;margin:0;padding:0;max-height:340px;overflow-y:auto}
.alerts li{display:grid;grid-template-columns:max-content 1fr max-content;gap:10px;align-items:baseline;
padding:8px 0;border-bottom:1px solid var(--line);font-size:.9rem}
.alerts li:last-child{border-bottom:0}.alerts time{color:var(--mute);font-size:.82rem;white-space:nowrap}
.alerts span+span{overflow-wrap:anywhere}
.tall{max-height:340px;overflow-y:auto}
.token{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:0 0 18px}.token[hidden]{display:none}
.token input,.token button{font:inherit;padding:6px 10px;border-radius:8px;border:1px solid var(--line);
background:var(--card);color:var(--ink)}
@media (max-width:640px){.link{position:static;margin-bottom:10px}}
`;
