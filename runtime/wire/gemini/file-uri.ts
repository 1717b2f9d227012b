/** Files of the API itself and of Google Cloud Storage: names that mean nothing to anybody else. */
const stored = /^(gs:\/\/|files\/|https:\/\/generativelanguage\.googleapis\.com\/[^/]+\/files\/)/i;
const video = /^https:\/\/((www\.|m\.)?youtube\.com\/(watch\?|shorts\/|live\/)|youtu\.be\/)/i;

/** Whether a URI names a file that was uploaded to Google. */
export function isStoredFile(uri: string): boolean {
  return stored.test(uri);
}

/** Whether a URL is a video that Google plays by itself. */
export function isYoutube(url: string): boolean {
  return video.test(url);
}
