// Live results without a queue: while one run is under way, any number of new requests become one more run.

/**
 * @param {() => Promise<void>} job reads the current state itself, so that it always works on the newest
 * @returns {() => Promise<void>} asks for a run; settles when nothing is left to do
 */
export function latest(job) {
  let again = false;
  /** @type {Promise<void> | null} */
  let current = null;

  async function drain() {
    try {
      do {
        again = false;
        await job();
      } while (again);
    } finally {
      current = null;
    }
  }

  return () => {
    if (current) again = true;
    else current = drain();
    return current;
  };
}
