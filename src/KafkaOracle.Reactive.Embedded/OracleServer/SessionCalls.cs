using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Calls about the session itself: the end of its transaction, its own end, and whom it talks to.</summary>
internal sealed class SessionCalls(ServerSession session)
{
    public void Commit()
    {
        session.Client.Strike(FaultPoint.BeforeCommit, null);
        session.Database.Commit();
        session.Client.Strike(FaultPoint.AfterCommit, null);
        session.EndWithStatus(CallStatus.Committed | CallStatus.Ended);
    }

    public void Rollback()
    {
        session.Client.Strike(FaultPoint.BeforeRollback, null);
        session.Database.Rollback();
        session.EndWithStatus(CallStatus.Committed | CallStatus.Ended);
    }

    public void Logoff()
    {
        session.Database.Rollback();
        session.EndCalls();
        session.EndWithStatus();
    }

    public void Version()
    {
        session.Reader.Skip(session.Reader.Remaining);
        session.Writer.U8(ReturnParameters.Id).Dlc(Capabilities.Banner).Ub(Capabilities.ServerVersion);
        session.EndWithStatus();
    }
}
