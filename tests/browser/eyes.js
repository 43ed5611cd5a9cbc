// Run by tests/browser/eyes.py on a page that has axe: what hinders somebody, and which colours were looked at now.
// Contrast is most of what axe costs, and says the same of every text with the same colours: each is looked at once.
async ({ known, grave }) => {
  const TEXT = new Set(["input", "select", "textarea", "button"]);
  const seen = new Set(known);
  const fresh = new Set();
  const excluded = [];

  const ground = (style, behind) => {
    const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode];
    const over = style.position === "static" || style.position === "relative" ? "" : style.position;
    return own[0] === "rgba(0, 0, 0, 0)" && own[1] === "none" && own[2] === "1" && !over
      ? behind
      : `${behind}/${over}${own}`;
  };
  const says = (element) =>
    TEXT.has(element.localName) ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  // Whether every text in it has colours that were seen; the topmost of such elements are left out.
  const look = (element, behind) => {
    const style = getComputedStyle(element);
    const here = ground(style, behind);
    let all = true;
    if (says(element)) {
      const colours = `${here}|${style.color}|${style.fontSize}|${style.fontWeight}|${style.textShadow}`;
      all = seen.has(colours);
      if (!all) fresh.add(colours);
    }
    const known = [...element.children].filter((child) => {
      const whole = look(child, here);
      all &&= whole;
      return whole;
    });
    if (!all) excluded.push(...known);
    return all;
  };

  const nothing = look(document.body, ground(getComputedStyle(document.documentElement), ""));
  const options = { resultTypes: ["violations"] };
  const mild = grave ? axe._audit.rules.filter(({ impact }) => impact === "minor" || impact === "moderate") : [];
  const off = ["color-contrast", ...mild.map(({ id }) => id)].map((id) => [id, { enabled: false }]);
  const found = (await axe.run({ ...options, rules: Object.fromEntries(off) })).violations;
  if (!nothing) {
    const context = excluded.length ? { exclude: excluded } : document;
    found.push(...(await axe.run(context, { ...options, runOnly: ["color-contrast"] })).violations);
  }
  return {
    faults: found.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html })),
    fresh: [...fresh],
  };
}
