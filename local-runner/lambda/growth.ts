/** About a cold start: until then a busy environment that becomes free serves a waiting call sooner than a new one. */
const PATIENCE_MS = 50
/** How often it is asked again whether the environments wait. */
const CHECK_MS = 50

export interface GrowthDeps {
  /** Environments that this machine can run at full speed at once. */
  readonly processors: number
}

/** Decides when a call that waits gets an environment of its own. */
export interface Growth {
  /**
   * Ms until it is to be asked again; 0: start one now.
   * @param waitedMs how long the call has waited
   */
  readonly waitMs: (
    environments: Iterable<{ readonly isComputing: () => boolean }>,
    waitedMs: number,
  ) => number
}

/**
 * As many environments as help: an environment takes memory and a cold start, and where those there compute on every processor,
 * one more makes each slower. While they wait for something else, one more serves a call at once.
 */
export const createGrowth = ({ processors }: GrowthDeps): Growth => ({
  waitMs: (environments, waitedMs) => {
    const all = [...environments]
    if (all.length === 0) return 0
    if (waitedMs < PATIENCE_MS) return PATIENCE_MS - waitedMs
    return all.filter(({ isComputing }) => isComputing()).length < processors ? 0 : CHECK_MS
  },
})

/** As AWS: every call that no environment can take gets one. */
export const immediateGrowth: Growth = { waitMs: () => 0 }
