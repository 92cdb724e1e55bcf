export { csvLine } from './result-csv.ts'
export {
  type ResultSign,
  readResultSign,
  resultFileName,
  resultFolder,
  resultSignText,
  resultStringToSign,
  type SignedFile,
  signFileName,
} from './sign-file.ts'
