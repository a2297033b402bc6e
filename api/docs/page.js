(function () {
  "use strict";
  const root = document.documentElement;
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // Theme: the system's, until somebody chooses. Storage may be forbidden; then it is not remembered.
  const store = {
    get() { try { return localStorage.getItem("vitrine-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("vitrine-theme", value); } catch { /* not remembered */ } },
  };
  const button = document.getElementById("theme");
  const dark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
  if (store.get()) root.dataset.theme = store.get();
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    store.set(root.dataset.theme);
    name();
  });

  // Copy buttons need a secure context.
  if (navigator.clipboard) each(".copy", (copy) => {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.closest("figure").querySelector("code").textContent);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1200);
    });
  });

  // Finding: hides what does not match; a heading goes with its last entry.
  const find = document.getElementById("find");
  find.hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    each("nav ul", (list) => {
      let any = false;
      list.querySelectorAll("li").forEach((item) => {
        const link = item.firstElementChild;
        const text = (link.textContent + " " + (link.dataset.find || "")).toLowerCase();
        item.hidden = !text.includes(wanted);
        any = any || !item.hidden;
      });
      list.hidden = list.previousElementSibling.hidden = !any;
    });
  });

  // The navigation shows where the reader is.
  const links = new Map();
  each("nav a", (link) => links.set(link.hash.slice(1), link));
  let current = null;
  const mark = (id) => {
    if (!links.has(id) || links.get(id) === current) return;
    if (current) current.removeAttribute("aria-current");
    current = links.get(id);
    current.setAttribute("aria-current", "true");
    const box = current.getBoundingClientRect();
    if (box.top < 60 || box.bottom > innerHeight) current.scrollIntoView({ block: "center" });
  };
  const watcher = new IntersectionObserver(
    (entries) => entries.forEach((entry) => { if (entry.isIntersecting) mark(entry.target.id); }),
    { rootMargin: "-64px 0px -75% 0px" });
  each("main .operation[id], main .tag[id], main .prose > h2[id]", (target) => watcher.observe(target));
})();
