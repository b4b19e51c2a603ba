import { join } from 'node:path'
import { readManifest } from '../../local-runner/manifest/manifest.ts'

/** Every function in dist/. */
export const { functions: builtFunctions } = await readManifest(
  join(import.meta.dirname, '..', '..', 'dist', 'manifest.json'),
)

/** Those that read order-topic. */
export const orderReaders = builtFunctions.filter(({ triggers }) =>
  triggers.kafka.some(({ topics }) => topics.includes('order-topic')),
)
