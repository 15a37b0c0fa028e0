// The token against forged requests. Django requires it in every POST.

/**
 * The token in Django's cookie; empty if there is no cookie. Read the token for each request: it
 * changes when the person signs in again in another tab.
 * @param {string} [cookies]
 */
export function csrfToken(cookies = document.cookie) {
  return /(?:^|; )csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}
