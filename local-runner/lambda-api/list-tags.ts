import type { HttpResponse } from '../http/response.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import { invalidParameter, resourceNotFound, validationError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { mappingArn } from './event-source-mappings.ts'
import { violationsOf } from './form.ts'
import { jsonAnswer } from './json-answer.ts'

const RESOURCE = {
  maxLength: 10_000,
  pattern: String.raw`arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)`,
}

/** ListTags: functions and mappings of function.json have none. */
export function listTags(functions: ReadonlyMap<string, ApiFunction>, resource: string): HttpResponse {
  const violations = violationsOf(RESOURCE, 'resource', resource)
  if (violations.length > 0) return validationError(violations)
  const [kind, , qualifier] = resource.split(':').slice(5)
  if (kind === 'function' && qualifier !== undefined) {
    return invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    )
  }
  const known = [...functions.values()].flatMap(({ definition, mappings }) => [
    functionArn(definition.name),
    ...mappings().map(({ id }) => mappingArn(id)),
  ])
  if (known.includes(resource)) return jsonAnswer({ Tags: {} })
  return resourceNotFound(`${nameOf(kind)} not found: ${resource}`)
}

function nameOf(kind = ''): string {
  const text = kind.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
