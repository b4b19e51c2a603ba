import type { FunctionDefinition } from './function-definition.ts'

/** Of a function with an MSK mapping (with-msk-configure). */
const LONGEST_TIMEOUT_SECONDS = 840

export interface Violation {
  readonly functionIndex: number
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface Mapping {
  readonly functionIndex: number
  readonly index: number
  readonly group: string
  readonly destination: string | undefined
}

/** AWS's rules that concern several event source mappings at once. */
export function mappingViolations(
  functions: readonly FunctionDefinition[],
  topics: readonly { readonly name: string }[],
): readonly Violation[] {
  const mappings = functions.flatMap(({ triggers }, functionIndex) =>
    triggers.kafka.map(({ consumerGroupId, destinationConfig }, index): Mapping => ({
      functionIndex,
      index,
      group: consumerGroupId,
      destination: destinationConfig?.onFailure.destination,
    })),
  )
  const tooLong = functions.flatMap(({ timeout, triggers }, functionIndex) =>
    timeout > LONGEST_TIMEOUT_SECONDS && triggers.kafka.length > 0
      ? [
          {
            functionIndex,
            path: ['timeout'],
            message: 'must be 840 s at most behind a Kafka trigger (14 minutes).',
          },
        ]
      : [],
  )
  const taken = mappings.flatMap(({ functionIndex, index, group }, position) =>
    mappings.findIndex((other) => other.group === group) < position
      ? [
          {
            functionIndex,
            path: ['triggers', 'kafka', index, 'consumerGroupId'],
            message: `"${group}" is another mapping's; a consumer group is for one mapping only.`,
          },
        ]
      : [],
  )
  const names = new Set(topics.map(({ name }) => `kafka://${name}`))
  const nowhere = mappings.flatMap(({ functionIndex, index, destination }) =>
    destination?.startsWith('kafka://') === true && !names.has(destination)
      ? [
          {
            functionIndex,
            path: ['triggers', 'kafka', index, 'destinationConfig'],
            message: `the topic of ${destination} does not exist: add it to functions/topics.json.`,
          },
        ]
      : [],
  )
  return [...tooLong, ...taken, ...nowhere]
}
