"use strict";
(() => {
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const AT_ONCE = 200;
  const number = (value) => value.toLocaleString("en");

  // What Python's html.escape does: entries are compared as they are written.
  const escaped = (text) => text.replace(/[&<>"']/g, (sign) =>
    ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[sign]);
  const made = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  class Group {
    constructor(element) {
      this.element = element;
      this.inside = element.children[1];
      this.entries = [...this.inside.children].map((one) => ({ element: one }));
      const later = element.querySelector(":scope > script");
      if (later) {
        const end = this.inside.localName === "ol" ? "</li>" : "</article>";
        for (const html of later.textContent.split(end).slice(0, -1)) this.entries.push({ html: html + end });
      }
      this.more = element.querySelector(":scope > .more") || document.createElement("p");
      this.more.className = "more";
      this.matching = this.entries;
      this.limit = Math.max(AT_ONCE, this.inside.children.length);
      this.unfolded = element.open;
      element.append(this.more);
      element.addEventListener("toggle", () => this.draw());
      this.more.addEventListener("click", (event) => {
        if (event.target.localName !== "button") return;
        this.limit += AT_ONCE;
        this.draw();
      });
    }

    // What an entry says is put together with the first search, and not while the page opens.
    textOf(entry) {
      this.about ||= escaped([...Object.values(this.element.dataset), this.element.firstElementChild.textContent].join(" "));
      return entry.text ||= `${entry.html || entry.element.outerHTML}`.replace(/<[^>]*>/g, " ")
        .concat(" ", this.about).toLowerCase();
    }

    filter(words, wanted) {
      this.matching = !wanted ? [] : !words.length ? this.entries
        : this.entries.filter((entry) => words.every((word) => this.textOf(entry).includes(word)));
      this.element.hidden = !this.matching.length;
      this.element.open = words.length ? true : this.unfolded;
      this.draw();
    }

    draw() {
      if (!this.element.open || this.element.hidden) return;
      const drawn = this.matching.slice(0, this.limit).map((entry) => entry.element ||= made(entry.html));
      const before = this.inside.children;
      if (drawn.length !== before.length || drawn.some((one, at) => one !== before[at])) {
        this.inside.replaceChildren(...drawn);
      }
      const left = this.matching.length - drawn.length;
      this.more.hidden = !left;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Show ${number(Math.min(left, AT_ONCE))}`;
      this.more.replaceChildren(`${number(left)} more`, button);
    }
  }

  const groups = [...document.querySelectorAll("details.group")].map((element) => new Group(element));
  const total = groups.reduce((sum, group) => sum + group.entries.length, 0);

  const apply = () => {
    const words = escaped(search.value.toLowerCase()).split(/\s+/).filter(Boolean);
    const outcomes = new Set([...form.querySelectorAll(":checked[name=outcome]")].map((box) => box.value));
    let count = 0;
    for (const group of groups) {
      const { outcome, category, concern } = group.element.dataset;
      group.filter(words, outcomes.has(outcome)
        && ["", category].includes(form.elements.category.value)
        && ["", concern].includes(form.elements.concern.value));
      count += group.matching.length;
    }
    shown.value = count === total ? `${number(total)} shown` : `${number(count)} of ${number(total)} shown`;
  };

  const fold = (open) => {
    for (const group of groups) group.element.open = group.unfolded = open;
  };

  // While a reader types on, what is typed so far need not be looked for.
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 100);
  });
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("unfold").addEventListener("click", () => fold(true));
  document.getElementById("fold").addEventListener("click", () => fold(false));

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search) {
      search.value = "";
      apply();
    }
  });

  // A page that is no secure context has no clipboard, and there what is selected can be copied.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const from = button.previousElementSibling;
    let copied = true;
    try {
      await navigator.clipboard.writeText(from.textContent);
    } catch {
      getSelection().selectAllChildren(from);
      copied = document.execCommand("copy");
    }
    button.textContent = copied ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });

  // What is folded would be missing on paper. What holds is a list of names, and stays folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open], .passed)")];
    for (const each of folded) each.open = true;
    for (const group of groups) group.draw();
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
  });

  document.documentElement.classList.add("scripted");
  form.hidden = false;
  apply();
})();
