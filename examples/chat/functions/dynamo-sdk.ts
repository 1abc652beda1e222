// What the messages use of the SDK, by name: a bundler leaves out the fifty other operations.
export {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
