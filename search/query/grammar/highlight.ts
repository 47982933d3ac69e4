import { styleTags, tags } from '@lezer/highlight'

/** What an editor colours: `parser.configure({ props: [queryHighlighting] })`. */
export const queryHighlighting = styleTags({
  'AndWord OrWord NotWord Minus': tags.logicOperator,
  'Operator Bar': tags.operator,
  'FieldName ColumnName': tags.propertyName,
  'Value Range': tags.literal,
  Word: tags.content,
  Quoted: tags.string,
  Regex: tags.regexp,
  'PipeName Keyword': tags.keyword,
  FunctionName: tags.function(tags.variableName),
  Number: tags.number,
  'Open Close': tags.paren,
  Comma: tags.separator,
})
