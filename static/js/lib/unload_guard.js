// Makes the browser ask before a person leaves a page that still works on something.

/**
 * @param {() => boolean} isWorking whether leaving would break something off
 * @param {Pick<Window, "addEventListener">} [page]
 */
export function guardUnload(isWorking, page = window) {
  page.addEventListener("beforeunload", (event) => {
    if (isWorking()) event.preventDefault();
  });
}
