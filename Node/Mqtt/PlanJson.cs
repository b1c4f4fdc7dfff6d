using C3Fusion.Replica.Plans;

namespace C3Fusion.Node.Mqtt;

/// <summary>The flat JSON of one plan (docs/mqtt.md).</summary>
internal static class PlanJson
{
    /// <summary>The UTF-8 text.</summary>
    public static byte[] Write(Plan plan, string proposer, bool mayAct) => FlatJson.Of(json =>
    {
        json.WriteString("id", plan.Id);
        json.WriteString("proposer", proposer);
        json.WriteString("key", plan.Key);
        json.WriteString("task", plan.Task.ToString());
        json.WriteString("units", string.Join(',', plan.Units));
        json.WriteString("text", plan.Text);
        json.WriteString("state", plan.State.ToString());
        json.WriteString("reason", plan.Reason);
        json.WriteBoolean("mayAct", mayAct);
        json.WriteBoolean("irreversible", plan.Irreversible);
        json.WriteNumber("proposedSlot", plan.ProposedSlot);
        json.WriteNumber("expirySlot", plan.ExpirySlot);
        json.WriteNumber("stateSlot", plan.StateSlot);
        json.WriteNumber("pictureSlot", plan.PictureSlot);
        json.WriteString("pictureHash", plan.PictureHash.ToString());
    });
}
