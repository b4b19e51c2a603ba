import * as z from 'zod'
import { type ReconciledFunction, UnknownTriggerError } from './functions.ts'

export interface Described {
  readonly reconciled: ReconciledFunction
  /** The topics that rebuild its state. A round begins when every function has finished the previous one. */
  readonly reads: readonly { readonly topic: string; readonly round: number }[]
  /** What is lost for good with Redis, one sentence each. */
  readonly cannotKnow: readonly string[]
}

const description = z.object({
  reads: z.array(z.object({ topic: z.string(), round: z.int() })),
  cannotKnow: z.array(z.string()),
})

export interface Descriptions {
  readonly described: readonly Described[]
  /** Names of the functions without a reconcile trigger. */
  readonly passedOver: readonly string[]
}

/** @throws Error when a function with the trigger does not describe itself: a broken one is never passed over. */
export async function describeAll(functions: readonly ReconciledFunction[]): Promise<Descriptions> {
  const answers = await Promise.all(functions.map(describeOne))
  return {
    described: answers.filter((answer) => typeof answer !== 'string'),
    passedOver: answers.filter((answer) => typeof answer === 'string'),
  }
}

async function describeOne(reconciled: ReconciledFunction): Promise<Described | string> {
  try {
    return { reconciled, ...description.parse(await reconciled.ask('describe')) }
  } catch (error) {
    if (error instanceof UnknownTriggerError) return reconciled.name
    throw error
  }
}

export const topicsOf = (described: readonly Described[]): readonly string[] => [
  ...new Set(described.flatMap(({ reads }) => reads.map(({ topic }) => topic))),
]

/** The functions that read a topic, in one round or in any. */
export const readersOf = (
  described: readonly Described[],
  topic: string,
  round?: number,
): readonly ReconciledFunction[] =>
  described
    .filter(({ reads }) =>
      reads.some((read) => read.topic === topic && (round === undefined || read.round === round)),
    )
    .map(({ reconciled }) => reconciled)

export const roundsOf = (described: readonly Described[]): readonly number[] =>
  [...new Set(described.flatMap(({ reads }) => reads.map(({ round }) => round)))].sort(
    (one, other) => one - other,
  )
