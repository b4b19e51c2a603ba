import type { KafkaTrigger } from '../parameters.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import { createRegistryClient } from './registry-client.ts'

/** The mapping's decoder, if it names a schema registry. */
export function decoderOf({ schemaRegistryConfig: config }: KafkaTrigger): Decoder | undefined {
  return config && createDecoder({ config, findSchema: createRegistryClient(config.schemaRegistryURI) })
}
