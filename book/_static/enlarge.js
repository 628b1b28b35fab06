// A figure that the page shows smaller than it is opens large: by touch, by mouse, by keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const shown = document.createElement("dialog");
  shown.className = "rr-large";
  shown.setAttribute("aria-label", "A figure, enlarged");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  const place = document.createElement("div");
  place.tabIndex = 0; // it scrolls, so arrows must reach it
  const picture = document.createElement("img");
  place.append(picture);
  shown.append(close, place);
  document.body.append(shown);
  close.addEventListener("click", () => shown.close());
  let from = null;
  shown.addEventListener("close", () => from?.focus());

  function open(image) {
    from = image;
    picture.src = image.currentSrc || image.src;
    picture.alt = image.alt;
    picture.style.width = `${Math.max(image.naturalWidth, 2 * image.clientWidth)}px`;
    shown.showModal();
    close.focus();
  }

  function offer(image) {
    if (image.closest("a, button, dialog, summary") || !image.alt) return;
    const small = image.naturalWidth > 1.15 * image.clientWidth && image.clientWidth > 0;
    if (!small || image.dataset.rrLarge !== undefined) return;
    image.dataset.rrLarge = "";
    image.tabIndex = 0;
    image.setAttribute("role", "button");
    image.setAttribute("aria-haspopup", "dialog");
    image.title = "Show it large";
    image.addEventListener("click", () => open(image));
    image.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(image);
    });
  }

  const images = [...document.querySelectorAll(".bd-article img")];
  const all = () => images.forEach(offer);
  for (const image of images) if (!image.complete) image.addEventListener("load", () => offer(image));
  all();
  addEventListener("resize", all);
});
