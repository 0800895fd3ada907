/** How workers and producers reach Redis: both wait for one that goes away. */

/**
 * @param {string} url
 * @returns {import("bullmq").RedisOptions}
 */
export const connectionTo = (url) => ({
  url,
  // Commands wait until Redis is back.
  maxRetriesPerRequest: null,
  retryStrategy: (times) => Math.min(100 * times, 2000),
});

const LOST = /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection is closed|Socket closed|LOADING/;

/**
 * Tells once that Redis is away, however many connections say so, and each other error.
 *
 * @param {(line: string) => void} say
 * @returns {{ onError: (error: Error) => void, onReady: () => void, isAway: () => boolean }}
 */
export function tellOfRedis(say) {
  let away = false;
  return {
    isAway: () => away,
    onError: (error) => {
      const reason = `${"code" in error ? error.code : ""} ${error.message}`.trim();
      if (!LOST.test(reason)) return say(reason);
      if (!away) say(`Redis is away, and waited for: ${reason}`);
      away = true;
    },
    onReady: () => {
      if (away) say("Redis is back");
      away = false;
    },
  };
}
