import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql'

/** Whether a query asks for any of these fields right below the field being resolved, in fragments too. */
export function selects(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  names: ReadonlySet<string>,
): boolean {
  const within = (set: SelectionSetNode | undefined): boolean =>
    (set?.selections ?? []).some((selection) => {
      if (selection.kind === 'Field') return names.has(selection.name.value)
      if (selection.kind === 'InlineFragment') return within(selection.selectionSet)
      return within(info.fragments[selection.name.value]?.selectionSet)
    })
  return info.fieldNodes.some(({ selectionSet }) => within(selectionSet))
}

/** Fields of a name right below the field being resolved, to look below them in turn. */
export function below(
  { fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  name: string,
): Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'> {
  const within = (set: SelectionSetNode | undefined): FieldNode[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === 'Field') return selection.name.value === name ? [selection] : []
      if (selection.kind === 'InlineFragment') return within(selection.selectionSet)
      return within(fragments[selection.name.value]?.selectionSet)
    })
  return { fieldNodes: fieldNodes.flatMap(({ selectionSet }) => within(selectionSet)), fragments }
}
