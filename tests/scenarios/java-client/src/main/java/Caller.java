import software.amazon.awssdk.services.sts.StsClient;

/** Asks who it is, with whatever the environment says. */
public class Caller {
  public static void main(String[] words) {
    try (StsClient client = StsClient.create()) {
      System.out.println(client.getCallerIdentity().account());
    }
  }
}
