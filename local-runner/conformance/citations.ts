import { dirname, join } from 'node:path'
import { findRules } from './find-rules.ts'
import { anchorsIn, numberedHeadings, relativeLinks } from './markdown.ts'

interface Project {
  /** Text of each file that may cite, and of the pages that are cited, by path from the project's root. */
  readonly texts: ReadonlyMap<string, string>
  /** Whether there is a file or folder of that path. */
  readonly exists: (path: string) => boolean
}

const PROTOCOL = 'docs/order-protocol.md'
const BEHAVIOUR = 'docs/aws-behaviour.md'

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, id = '']) => id)

/** `row 7`, `row 2 to row 8`, `rows 14 to 16`. */
const citedRows = (text: string) =>
  [...text.matchAll(/\brows? (\d+)(?:(?: to | and )(?:row )?(\d+))?/g)].flatMap(([, one, other]) =>
    [one, other].filter((number) => number !== undefined).map((number) => `row ${number}`),
  )

/** Every citation that points nowhere, as a sentence that names the file and the citation. */
export function brokenCitations({ texts, exists }: Project): readonly string[] {
  const protocol = texts.get(PROTOCOL) ?? ''
  const rows = new Set(all(protocol, /^\| (row \d+) *\|/gm))
  const invariants = new Set(all(protocol, /^\| (I\d+) *\|/gm))
  const sections = new Set(numberedHeadings(protocol).keys())
  const rules = new Set(numberedHeadings(texts.get(BEHAVIOUR) ?? '').keys())

  /** Citations of one file, each group with what it may name and where that stands. */
  const citationsIn = (path: string, text: string) => [
    {
      cited: all(text, /docs\/order-protocol\.md,? (?:section )?(\d+(?:\.\d+)?)/g),
      known: sections,
      page: PROTOCOL,
    },
    {
      cited: all(text, /docs\/aws-behaviour\.md,? (?:section )?(\d+(?:\.\d+)?)/g),
      known: rules,
      page: BEHAVIOUR,
    },
    { cited: findRules(path, text).map(({ section }) => section), known: rules, page: BEHAVIOUR },
    { cited: /^(e2e|functions)\//.test(path) ? citedRows(text) : [], known: rows, page: PROTOCOL },
    {
      cited: /^e2e\/.*invariants/.test(path) ? all(text, /\b(I\d+)\b/g) : [],
      known: invariants,
      page: PROTOCOL,
    },
  ]
  const isAnchorOf = (path: string, anchor: string) => anchorsIn(texts.get(path) ?? '').has(anchor)
  const brokenLinks = (path: string, text: string) =>
    relativeLinks(text).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      const isBroken = anchor !== undefined && target.endsWith('.md') && !isAnchorOf(target, anchor)
      return !exists(target) || isBroken
    })

  return [...texts].flatMap(([path, text]) => [
    ...citationsIn(path, text).flatMap(({ cited, known, page }) =>
      [...new Set(cited)]
        .filter((id) => !known.has(id))
        .map((id) => `${path} cites ${id}, which ${page} does not have`),
    ),
    ...(path.endsWith('.md') ? brokenLinks(path, text) : []).map(
      (link) => `${path} links to ${link}, which does not exist`,
    ),
  ])
}
