/** Whether a text shows nothing: white space, controls, and characters without a picture, such as the zero-width space. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(text)
}
