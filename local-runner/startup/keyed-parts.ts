export interface Part {
  readonly start: () => Promise<void> | void
  readonly stop: () => Promise<void> | void
}

export interface KeyedParts<Trigger, P extends Part> {
  readonly all: () => readonly P[]
  /** Stops the parts of triggers that are not among these, and settles when they have ended. */
  readonly retain: (triggers: readonly Trigger[]) => Promise<void>
  /** Creates the parts that are missing, and starts them if the others have been started. */
  readonly add: (triggers: readonly Trigger[]) => void
  /** Settles when all have started; does so once. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Equal triggers differ by their number. */
function keysOf(triggers: readonly unknown[]): readonly string[] {
  const texts = triggers.map((trigger) => JSON.stringify(trigger))
  return texts.map(
    (text, index) => `${texts.slice(0, index).filter((other) => other === text).length} ${text}`,
  )
}

/** One part for each trigger; a part whose trigger stays the same goes on undisturbed. */
export function createKeyedParts<Trigger, P extends Part>(
  create: (trigger: Trigger) => P,
): KeyedParts<Trigger, P> {
  const parts = new Map<string, P>()
  let starting: Promise<unknown> | undefined

  async function stopAll(keys: readonly string[]) {
    const stopped = keys.flatMap((key) => {
      const part = parts.get(key)
      parts.delete(key)
      return part ? [part] : []
    })
    await Promise.all(stopped.map(async ({ stop }) => stop()))
  }

  return {
    all: () => [...parts.values()],
    retain: (triggers) => {
      const wanted = new Set(keysOf(triggers))
      return stopAll([...parts.keys()].filter((key) => !wanted.has(key)))
    },
    add: (triggers) => {
      for (const [index, key] of keysOf(triggers).entries()) {
        const trigger = triggers[index]
        if (trigger === undefined || parts.has(key)) continue
        const part = create(trigger)
        parts.set(key, part)
        if (starting) void part.start()
      }
    },
    start: async () => {
      starting ??= Promise.all([...parts.values()].map(async ({ start }) => start()))
      await starting
    },
    stop: () => stopAll([...parts.keys()]),
  }
}
