using ControlPlane.Web;

return await ControlPlaneHost.RunAsync(args);
